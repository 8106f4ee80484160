package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/template"
)

// serveDNS runs CoreDNS. A query passes the plugins in the order of this list,
// which also holds every plugin a Corefile of the rig may name.
func serveDNS() {
	dnsserver.Directives = []string{"bind", "errors", "ready", "cache", "hosts", "kubernetes", "template"}
	coremain.Run()
}

package provisioner

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"
)

const (
	// Set on a claim by the controller manager: who is asked for a volume, and for which node.
	askedProvisioner = "volume.kubernetes.io/storage-provisioner"
	selectedNode     = "volume.kubernetes.io/selected-node"
	// Set on a volume by us; the controller manager leaves deleting it to its owner.
	provisionedBy = "pv.kubernetes.io/provisioned-by"
)

func (p *provisioner) reconcileClaim(ctx context.Context, namespace, name string) error {
	claim, err := p.claims.PersistentVolumeClaims(namespace).Get(name)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil || claim.Annotations[askedProvisioner] != driver || claim.DeletionTimestamp != nil {
		return err
	}
	switch {
	case claim.Status.Phase == corev1.ClaimBound:
		return p.expand(ctx, claim)
	case claim.Spec.VolumeName == "" && claim.Annotations[selectedNode] != "":
		return p.provision(ctx, claim)
	}
	return nil
}

func (p *provisioner) provision(ctx context.Context, claim *corev1.PersistentVolumeClaim) error {
	if reason := unsupported(claim); reason != "" {
		// Nothing to try again: only another claim can help.
		p.events.Event(claim, corev1.EventTypeWarning, "ProvisioningFailed", reason)
		return nil
	}
	volume := volumeFor(claim)
	if err := p.disks.ensure(volume.Name, volume.Spec.Capacity.Storage().Value()); err != nil {
		p.events.Event(claim, corev1.EventTypeWarning, "ProvisioningFailed", err.Error())
		return err
	}
	volume.Spec.Local = &corev1.LocalVolumeSource{Path: p.disks.mount(volume.Name)}
	_, err := p.client.CoreV1().PersistentVolumes().Create(ctx, volume, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	if err == nil {
		klog.InfoS("Provisioned", "volume", volume.Name, "claim", klog.KObj(claim), "size", volume.Spec.Capacity.Storage())
		p.events.Eventf(claim, corev1.EventTypeNormal, "ProvisioningSucceeded", "Provisioned volume %s", volume.Name)
	}
	return err
}

func unsupported(claim *corev1.PersistentVolumeClaim) string {
	switch {
	case claim.Spec.VolumeMode != nil && *claim.Spec.VolumeMode != corev1.PersistentVolumeFilesystem:
		return fmt.Sprintf("volume mode %s is not supported", *claim.Spec.VolumeMode)
	case claim.Spec.DataSource != nil || claim.Spec.DataSourceRef != nil:
		return "volumes with a data source are not supported"
	}
	return ""
}

// volumeFor is the volume a claim gets, without its place on the disk.
func volumeFor(claim *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	filesystem := corev1.PersistentVolumeFilesystem
	volume := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{
			Name:        "pvc-" + string(claim.UID),
			Annotations: map[string]string{provisionedBy: driver},
		},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:    corev1.ResourceList{corev1.ResourceStorage: capacityFor(claim)},
			AccessModes: claim.Spec.AccessModes,
			VolumeMode:  &filesystem,
			ClaimRef: &corev1.ObjectReference{
				APIVersion: "v1",
				Kind:       "PersistentVolumeClaim",
				Namespace:  claim.Namespace,
				Name:       claim.Name,
				UID:        claim.UID,
			},
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimDelete,
			NodeAffinity:                  onNode(claim.Annotations[selectedNode]),
		},
	}
	if claim.Spec.StorageClassName != nil {
		volume.Spec.StorageClassName = *claim.Spec.StorageClassName
	}
	return volume
}

// capacityFor is what a claim asks for, or the smallest volume there can be.
func capacityFor(claim *corev1.PersistentVolumeClaim) resource.Quantity {
	asked := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	if asked.Value() < smallest {
		return *resource.NewQuantity(smallest, resource.BinarySI)
	}
	return asked
}

func onNode(node string) *corev1.VolumeNodeAffinity {
	return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{{
			MatchExpressions: []corev1.NodeSelectorRequirement{{
				Key:      corev1.LabelHostname,
				Operator: corev1.NodeSelectorOpIn,
				Values:   []string{node},
			}},
		}},
	}}
}

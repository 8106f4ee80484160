package provisioner

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"
)

// reconcileVolume deletes a volume whose claim is gone and mounts any other that is not.
func (p *provisioner) reconcileVolume(ctx context.Context, name string) error {
	volume, err := p.volumes.Get(name)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil || volume.Annotations[provisionedBy] != driver || volume.DeletionTimestamp != nil {
		return err
	}
	switch volume.Status.Phase {
	case corev1.VolumeReleased, corev1.VolumeFailed:
		if volume.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimDelete {
			return nil
		}
		return p.release(ctx, volume)
	default:
		return p.disks.ensure(name, volume.Spec.Capacity.Storage().Value())
	}
}

func (p *provisioner) release(ctx context.Context, volume *corev1.PersistentVolume) error {
	if err := p.disks.remove(volume.Name); err != nil {
		p.events.Event(volume, corev1.EventTypeWarning, "VolumeFailedDelete", err.Error())
		return err
	}
	err := p.client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, metav1.DeleteOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err == nil {
		klog.InfoS("Deleted", "volume", volume.Name)
	}
	return err
}

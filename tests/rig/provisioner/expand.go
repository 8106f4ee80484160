package provisioner

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"
)

// expand grows the volume of a bound claim that asks for more than it has.
//
// The order is that of any resizer: say so, grow the disk, then the volume's
// capacity, and the claim's last, because that is what the claim's owner waits for.
func (p *provisioner) expand(ctx context.Context, claim *corev1.PersistentVolumeClaim) error {
	wanted := capacityFor(claim)
	if wanted.Cmp(claim.Status.Capacity[corev1.ResourceStorage]) <= 0 {
		return nil
	}
	volume, err := p.volumes.Get(claim.Spec.VolumeName)
	if err != nil || volume.Annotations[provisionedBy] != driver {
		return err
	}
	if claim, err = p.announce(ctx, claim); err != nil {
		return err
	}
	if err := p.disks.grow(volume.Name, wanted.Value()); err != nil {
		p.events.Event(claim, corev1.EventTypeWarning, "VolumeResizeFailed", err.Error())
		return err
	}
	if wanted.Cmp(*volume.Spec.Capacity.Storage()) > 0 {
		volume = volume.DeepCopy()
		volume.Spec.Capacity[corev1.ResourceStorage] = wanted
		if _, err := p.client.CoreV1().PersistentVolumes().Update(ctx, volume, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	if err := p.finish(ctx, claim, wanted); err != nil {
		return err
	}
	klog.InfoS("Expanded", "volume", volume.Name, "claim", klog.KObj(claim), "size", wanted.String())
	p.events.Eventf(claim, corev1.EventTypeNormal, "VolumeResizeSuccessful", "Volume has %s now", wanted.String())
	return nil
}

// announce adds the condition Resizing to the claim.
func (p *provisioner) announce(ctx context.Context, claim *corev1.PersistentVolumeClaim) (*corev1.PersistentVolumeClaim, error) {
	for _, condition := range claim.Status.Conditions {
		if condition.Type == corev1.PersistentVolumeClaimResizing {
			return claim, nil
		}
	}
	claim = claim.DeepCopy()
	claim.Status.Conditions = append(claim.Status.Conditions, corev1.PersistentVolumeClaimCondition{
		Type:               corev1.PersistentVolumeClaimResizing,
		Status:             corev1.ConditionTrue,
		LastTransitionTime: metav1.Now(),
	})
	return p.client.CoreV1().PersistentVolumeClaims(claim.Namespace).UpdateStatus(ctx, claim, metav1.UpdateOptions{})
}

// finish writes the new capacity and takes the conditions of resizing away.
func (p *provisioner) finish(ctx context.Context, claim *corev1.PersistentVolumeClaim, size resource.Quantity) error {
	claim = claim.DeepCopy()
	claim.Status.Capacity = corev1.ResourceList{corev1.ResourceStorage: size}
	var kept []corev1.PersistentVolumeClaimCondition
	for _, condition := range claim.Status.Conditions {
		switch condition.Type {
		case corev1.PersistentVolumeClaimResizing, corev1.PersistentVolumeClaimFileSystemResizePending:
		default:
			kept = append(kept, condition)
		}
	}
	claim.Status.Conditions = kept
	_, err := p.client.CoreV1().PersistentVolumeClaims(claim.Namespace).UpdateStatus(ctx, claim, metav1.UpdateOptions{})
	return err
}

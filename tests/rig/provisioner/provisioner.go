// Package provisioner gives the claims of the rig volumes with a real size.
//
// A volume is a sparse file with an XFS file system of its own, mounted through
// a loop device below one directory. So it fills up like a disk, grows while it
// is in use, and is gone when its claim is. It serves the one machine the rig
// runs on and keeps nothing that would have to survive `rig down`.
package provisioner

import (
	"context"
	"flag"
	"os"
	"os/signal"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
)

// driver is the name storage classes and volumes know this provisioner by.
const driver = "rig.local/volume"

// workers is how many claims and volumes are looked after at a time.
const workers = 4

type provisioner struct {
	client  kubernetes.Interface
	disks   disks
	claims  corelisters.PersistentVolumeClaimLister
	volumes corelisters.PersistentVolumeLister
	events  record.EventRecorder
	queue   workqueue.TypedRateLimitingInterface[key]
}

// key names a claim, or, without a namespace, a volume.
type key struct{ namespace, name string }

// Run serves claims until SIGTERM or SIGINT. It exits the process when it cannot start.
func Run(args []string) {
	flags := flag.NewFlagSet("provision", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "how to reach the API server")
	root := flags.String("volumes", "", "directory for the volumes' files and mounts")
	_ = flags.Parse(args)

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := serve(ctx, *kubeconfig, *root); err != nil {
		klog.ErrorS(err, "Provisioner stopped")
		klog.Flush()
		os.Exit(1)
	}
}

func serve(ctx context.Context, kubeconfig, root string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 200, 400
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	if err := ensureClass(ctx, client); err != nil {
		return err
	}

	broadcaster := record.NewBroadcaster(record.WithContext(ctx))
	broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: client.CoreV1().Events("")})
	defer broadcaster.Shutdown()

	factory := informers.NewSharedInformerFactory(client, 0)
	claims := factory.Core().V1().PersistentVolumeClaims()
	volumes := factory.Core().V1().PersistentVolumes()
	p := &provisioner{
		client:  client,
		disks:   disks{root: root},
		claims:  claims.Lister(),
		volumes: volumes.Lister(),
		events:  broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: driver}),
		queue: workqueue.NewTypedRateLimitingQueue(
			workqueue.NewTypedItemExponentialFailureRateLimiter[key](50*time.Millisecond, 10*time.Second)),
	}
	for _, informer := range []cache.SharedIndexInformer{claims.Informer(), volumes.Informer()} {
		if _, err := informer.AddEventHandler(p.enqueue()); err != nil {
			return err
		}
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	klog.InfoS("Provisioner ready", "volumes", root)

	for range workers {
		go p.work(ctx)
	}
	<-ctx.Done()
	p.queue.ShutDown()
	return nil
}

func (p *provisioner) enqueue() cache.ResourceEventHandlerFuncs {
	add := func(object any) {
		switch object := object.(type) {
		case *corev1.PersistentVolumeClaim:
			p.queue.Add(key{object.Namespace, object.Name})
		case *corev1.PersistentVolume:
			p.queue.Add(key{"", object.Name})
		}
	}
	return cache.ResourceEventHandlerFuncs{AddFunc: add, UpdateFunc: func(_, object any) { add(object) }}
}

func (p *provisioner) work(ctx context.Context) {
	for {
		k, stopped := p.queue.Get()
		if stopped {
			return
		}
		if err := p.reconcile(ctx, k); err != nil {
			klog.ErrorS(err, "Trying again", "namespace", k.namespace, "name", k.name)
			p.queue.AddRateLimited(k)
		} else {
			p.queue.Forget(k)
		}
		p.queue.Done(k)
	}
}

func (p *provisioner) reconcile(ctx context.Context, k key) error {
	if k.namespace == "" {
		return p.reconcileVolume(ctx, k.name)
	}
	return p.reconcileClaim(ctx, k.namespace, k.name)
}

//! What the kernel says about this process, in `/proc/self`.

use std::fs;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{Counter, Gauge};

/// Ticks a second in `/proc`: fixed on Linux for what user space sees.
const TICKS: f64 = 100.0;
const PAGE: f64 = 4096.0;

/// Reads the figures anew each time they are asked for.
#[derive(Debug)]
pub struct Process {
    cpu: Counter,
    gauges: Gauges,
}

#[derive(Debug)]
struct Gauges {
    resident: Gauge,
    virtual_size: Gauge,
    started: Gauge,
    threads: Gauge,
    open_files: Gauge,
    max_files: Gauge,
}

impl Process {
    pub fn new() -> Self {
        let gauge = |name, help| Gauge::new(name, help).expect("sound");
        Self {
            cpu: Counter::new("process_cpu_seconds_total", "CPU time spent, user and system.")
                .expect("sound"),
            gauges: Gauges {
                resident: gauge("process_resident_memory_bytes", "Resident memory."),
                virtual_size: gauge("process_virtual_memory_bytes", "Virtual memory."),
                started: gauge("process_start_time_seconds", "Start, in seconds since 1970."),
                threads: gauge("process_threads", "Threads."),
                open_files: gauge("process_open_fds", "Open files."),
                max_files: gauge("process_max_fds", "How many files may be open."),
            },
        }
    }

    /// `None` where there is no `/proc`: the last figures stay.
    fn read(&self) -> Option<()> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        // The second field is the program's name, in parentheses, and may hold anything.
        let (_, fields) = stat.rsplit_once(')')?;
        let fields: Vec<f64> =
            fields.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
        // Numbered from 0 after the state, the third field of `man 5 proc_pid_stat`.
        let field = |number: usize| fields.get(number - 4).copied();
        let spent = (field(14)? + field(15)?) / TICKS;
        self.cpu.inc_by((spent - self.cpu.get()).max(0.0));
        self.gauges.threads.set(field(20)?);
        self.gauges.started.set(boot_time()? + field(22)? / TICKS);
        self.gauges.virtual_size.set(field(23)?);
        self.gauges.resident.set(field(24)? * PAGE);
        let open = u32::try_from(fs::read_dir("/proc/self/fd").ok()?.count()).ok()?;
        self.gauges.open_files.set(open.into());
        self.gauges.max_files.set(max_files()?);
        Some(())
    }
}

fn boot_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

fn max_files() -> Option<f64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

impl Collector for Process {
    fn desc(&self) -> Vec<&Desc> {
        let Gauges { resident, virtual_size, started, threads, open_files, max_files } =
            &self.gauges;
        let gauges = [resident, virtual_size, started, threads, open_files, max_files];
        self.cpu.desc().into_iter().chain(gauges.into_iter().flat_map(Collector::desc)).collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let _ = self.read();
        let Gauges { resident, virtual_size, started, threads, open_files, max_files } =
            &self.gauges;
        let gauges = [resident, virtual_size, started, threads, open_files, max_files];
        let collected = gauges.into_iter().flat_map(Collector::collect);
        self.cpu.collect().into_iter().chain(collected).collect()
    }
}

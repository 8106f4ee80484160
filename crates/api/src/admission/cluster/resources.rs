//! Processor, memory and disk of the instances.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use postgres::size::Size;

use super::View;
use crate::admission::Errors;
use crate::quantity::Amount;

const REQUESTS: &str = "spec.resources.requests";
const HUGE_PAGES: &str = "hugepages-";

/// Resources with the last part of the path that errors name.
const BOUNDED: &[(&str, &str)] =
    &[("cpu", "cpu"), ("memory", "memory"), ("ephemeral-storage", "storage")];

type Amounts = BTreeMap<String, Quantity>;

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    let none = Amounts::new();
    let requests = view.spec.resources.requests.as_ref().unwrap_or(&none);
    let limits = view.spec.resources.limits.as_ref().unwrap_or(&none);
    for (name, field) in BOUNDED {
        if let (Some(request), Some(limit)) = (amount(requests, name), amount(limits, name))
            && request > limit
        {
            errors.invalid(
                format!("{REQUESTS}.{field}"),
                requests.get(*name),
                format!("it is greater than the limit for {name}"),
                "lower it, or raise the limit",
            );
        }
    }
    huge_pages(requests, limits, errors);
    memory(view, requests, limits, errors);
}

fn amount(amounts: &Amounts, name: &str) -> Option<Amount> {
    amounts.get(name)?.0.parse().ok()
}

fn huge_pages(requests: &Amounts, limits: &Amounts, errors: &mut Errors) {
    let names = || requests.keys().chain(limits.keys()).filter(|name| name.starts_with(HUGE_PAGES));
    for name in names() {
        // A limit without a request is also the request.
        if requests.contains_key(name) && amount(requests, name) != amount(limits, name) {
            errors.invalid(
                format!("{REQUESTS}.{name}"),
                requests.get(name),
                "it differs from its limit",
                "request as many huge pages as the limit allows",
            );
        }
    }
    let others = ["cpu", "memory"];
    let other = |amounts: &Amounts| others.iter().any(|name| amounts.contains_key(*name));
    if names().next().is_some() && !other(requests) && !other(limits) {
        errors.invalid(
            "spec.resources",
            limits,
            "huge pages come only with processor or memory",
            "add a request for cpu or memory",
        );
    }
}

fn memory(view: &View<'_>, requests: &Amounts, limits: &Amounts, errors: &mut Errors) {
    let buffers = view.parameter("shared_buffers").and_then(|value| Size::parse(value).ok());
    let (Some(buffers), Some(memory)) = (buffers, amount(requests, "memory")) else { return };
    let pages = limits.iter().chain(requests).filter(|(name, _)| name.starts_with(HUGE_PAGES));
    let by_name: BTreeMap<_, _> = pages.collect();
    let in_pages = by_name.values().filter_map(|amount| amount.0.parse::<Amount>().ok());
    let covered = in_pages.reduce(Amount::plus);
    if covered.is_some_and(|pages| pages.compare_f64(buffers.bytes()).is_ge()) {
        return;
    }
    if memory.compare_f64(buffers.bytes()).is_lt() {
        errors.invalid(
            REQUESTS,
            requests.get("memory"),
            "it is less memory than shared_buffers",
            "request more memory, or lower shared_buffers",
        );
    }
}

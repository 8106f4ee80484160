//! Reports every request to whoever counts them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{Method, Request, Response, StatusCode};
use tower::Service;

/// One request, as soon as its outcome is known.
#[derive(Debug)]
pub struct Seen {
    pub method: Method,
    pub host: String,
    /// `None` when no answer came.
    pub status: Option<StatusCode>,
}

/// Who wants to know of requests.
pub trait Observe: fmt::Debug + Send + Sync {
    fn request(&self, seen: Seen);
}

/// For those who do not count.
impl Observe for () {
    fn request(&self, _: Seen) {}
}

/// Passes requests on and reports them.
#[derive(Debug, Clone)]
pub struct Observed<S> {
    inner: S,
    observe: Arc<dyn Observe>,
}

impl<S> Observed<S> {
    pub fn new(inner: S, observe: Arc<dyn Observe>) -> Self {
        Self { inner, observe }
    }
}

impl<S, I, O> Service<Request<I>> for Observed<S>
where
    S: Service<Request<I>, Response = Response<O>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pending<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<I>) -> Self::Future {
        let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let method = request.method().clone();
        Pending {
            inner: Box::pin(self.inner.call(request)),
            seen: Some(Seen { method, host, status: None }),
            observe: Arc::clone(&self.observe),
        }
    }
}

/// A request under way. Given up before its answer, it counts as unanswered.
#[derive(Debug)]
pub struct Pending<F> {
    inner: Pin<Box<F>>,
    seen: Option<Seen>,
    observe: Arc<dyn Observe>,
}

impl<F> Pending<F> {
    fn report(&mut self, status: Option<StatusCode>) {
        if let Some(seen) = self.seen.take() {
            self.observe.request(Seen { status, ..seen });
        }
    }
}

impl<F, O, E> Future for Pending<F>
where
    F: Future<Output = Result<Response<O>, E>>,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let result = ready!(self.inner.as_mut().poll(cx));
        self.report(result.as_ref().ok().map(Response::status));
        Poll::Ready(result)
    }
}

impl<F> Drop for Pending<F> {
    fn drop(&mut self) {
        self.report(None);
    }
}

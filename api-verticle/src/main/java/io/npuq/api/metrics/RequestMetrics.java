package io.npuq.api.metrics;

import io.npuq.api.http.RequestCounter;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Requests of HTTP and gRPC. */
final class RequestMetrics implements RequestCounter {
    private final Counter requests;

    RequestMetrics(PrometheusRegistry registry) {
        requests = new Meters(registry)
                .counter(
                        "npu_proxy_requests_total",
                        "Requests that were answered or given up, by the pattern of their route and their status",
                        "endpoint",
                        "status");
    }

    @Override
    public void answered(String endpoint, String status) {
        requests.labelValues(endpoint, status).inc();
    }
}

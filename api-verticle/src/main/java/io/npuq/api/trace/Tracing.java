package io.npuq.api.trace;

import io.npuq.api.http.RequestTrace;
import io.npuq.api.kserve.ServerInfo;
import io.npuq.scheduler.QueueObserver;
import io.npuq.schema.Lane;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * OpenTelemetry at work. Its SDK reads its own variables ({@code OTEL_…}) beside what npuq says; it sends on a thread of its own, out of a
 * bounded queue, so that a slow or dead collector costs spans and never a job.
 */
final class Tracing implements AutoCloseable {
    private static final String NAME = "npuq";
    private static final String PROTOCOL = "otel.exporter.otlp.protocol";
    private static final String TRACES_PROTOCOL = "otel.exporter.otlp.traces.protocol";
    private static final String HTTP = "http/protobuf";
    private static final long FLUSH_SECONDS = 2;

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final TraceClock clock;
    private final JobTraces jobs;

    private Tracing(OpenTelemetrySdk sdk, SpanIds ids, Sampler sampler, TraceClock clock) {
        this.sdk = sdk;
        this.clock = clock;
        this.tracer = sdk.getTracerProvider()
                .tracerBuilder(NAME)
                .setInstrumentationVersion(ServerInfo.version())
                .build();
        this.jobs = new JobTraces(new JobSpans(tracer, ids, sampler));
    }

    /** See {@link Traces#to}. */
    static Tracing open(URI endpoint) {
        SpanIds ids = new SpanIds();
        AtomicReference<Sampler> sampler = new AtomicReference<>(Sampler.parentBased(Sampler.alwaysOn()));
        try {
            OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                    .disableShutdownHook()
                    .addPropertiesSupplier(() -> Map.of("otel.service.name", NAME, PROTOCOL, HTTP))
                    .addPropertiesCustomizer(given -> {
                        checkProtocol(given.getString(TRACES_PROTOCOL, given.getString(PROTOCOL, HTTP)));
                        return ours(endpoint);
                    })
                    .addSamplerCustomizer((made, given) -> {
                        sampler.set(made);
                        return made;
                    })
                    .addSpanExporterCustomizer((exporter, given) -> new ToldExporter(exporter, endpoint))
                    .addTracerProviderCustomizer((builder, given) -> builder.setIdGenerator(ids))
                    .build()
                    .getOpenTelemetrySdk();
            return new Tracing(sdk, ids, Objects.requireNonNull(sampler.get()), TraceClock.startedNow());
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException("traces cannot be made: " + e.getMessage(), e);
        }
    }

    /** What npuq says itself stands above OpenTelemetry's variables: its address, and that there is nothing but traces to be sent. */
    private static Map<String, String> ours(URI endpoint) {
        return Map.of(
                "otel.traces.exporter", "otlp",
                "otel.metrics.exporter", "none",
                "otel.logs.exporter", "none",
                "otel.exporter.otlp.traces.endpoint", endpoint + "/v1/traces");
    }

    private static void checkProtocol(String protocol) {
        if (!protocol.equals(HTTP)) {
            throw new ConfigurationException("OTEL_EXPORTER_OTLP_PROTOCOL is " + protocol + ", and npuq speaks " + HTTP
                    + " alone: unset it, and name the collector's port for HTTP, which is 4318 by default");
        }
    }

    QueueObserver jobs() {
        return jobs;
    }

    RequestTrace request(List<String> traceparents, long beganTick) {
        return TracedRequest.begin(tracer, clock, traceparents, beganTick);
    }

    void loaded(Lane lane, long beganTick, long endedTick) {
        Instant began = clock.at(beganTick);
        jobs.loaded(lane, began, clock.at(endedTick));
    }

    @Override
    public void close() {
        sdk.getSdkTracerProvider().shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
    }
}

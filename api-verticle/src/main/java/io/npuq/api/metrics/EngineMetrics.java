package io.npuq.api.metrics;

import io.npuq.schema.Evidence;
import io.npuq.schema.Timing;
import io.npuq.schema.Verdict;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What engines did, by the evidence of the jobs that ended. What the evidence does not know is not counted. */
final class EngineMetrics {
    private final ModelLabel models;
    private final Histogram inference;
    private final Histogram inferenceMicros;
    private final Histogram requestMicros;
    private final Histogram firstToken;
    private final Histogram betweenTokens;
    private final Histogram tokensPerSecond;
    private final Counter tokens;
    private final Counter verdicts;
    private final LongAdder busyMicros = new LongAdder();
    private volatile boolean busyIsKnown;

    EngineMetrics(PrometheusRegistry registry, ModelLabel models) {
        this.models = models;
        Meters meters = new Meters(registry);
        inference = meters.seconds(
                "npu_proxy_inference_duration",
                "One generation, by its engine's own clock",
                Buckets.GENERATION,
                "model",
                "device");
        inferenceMicros = meters.values(
                "ovms_inference_time_us",
                "One generation, by its engine's own clock, in microseconds",
                Buckets.GENERATION_US);
        requestMicros = meters.values(
                "ovms_request_time_us", "From a job's acknowledgement to its end, in microseconds", Buckets.WAIT_US);
        firstToken = meters.seconds(
                "npu_proxy_time_to_first_token",
                "From the engine's start of a job to its first token",
                Buckets.FIRST_TOKEN,
                "model");
        betweenTokens = meters.seconds(
                "npu_proxy_inter_token_latency",
                "A job's mean time from one token to the next, behind the first",
                Buckets.BETWEEN_TOKENS,
                "model");
        tokensPerSecond = meters.values(
                "npu_proxy_tokens_per_second",
                "Tokens of a job's answer, by the seconds of its whole generation",
                Buckets.TOKENS_PER_SECOND,
                "model");
        tokens =
                meters.counter("npu_proxy_tokens_generated_total", "Tokens of the answers of jobs that ended", "model");
        verdicts =
                meters.counter("npuq_verdicts_total", "Jobs that ended with evidence, by what that proves", "verdict");
        for (Verdict verdict : Verdict.values()) {
            verdicts.initLabelValues(verdict.wire());
        }
        CounterWithCallback.builder()
                .name("npuq_npu_busy_seconds_total")
                .help("Growth of the NPU's busy counter while jobs ran that ended; absent where there is no counter")
                .callback(callback -> {
                    if (busyIsKnown) {
                        callback.call(busyMicros.sum() / 1e6);
                    }
                })
                .register(registry);
    }

    /** The NPU has a busy counter. */
    void busyIsKnown() {
        busyIsKnown = true;
    }

    /** A job ended with this evidence. */
    void ran(Evidence ran) {
        verdicts.labelValues(ran.verdict().wire()).inc();
        Timing timing = ran.timing();
        if (timing.total() != null) {
            requestMicros.observe(timing.total() * 1e3);
        }
        String model = models.of(ran.model());
        if (timing.timeToFirstToken() != null) {
            firstToken.labelValues(model).observe(timing.timeToFirstToken() / 1e3);
        }
        if (timing.generate() != null) {
            generated(ran, model, timing.generate());
        }
        Long grown = ran.npuBusyDeltaUs();
        if (grown != null) {
            busyMicros.add(grown);
            busyIsKnown();
        }
    }

    private void generated(Evidence ran, String model, double generateMs) {
        inference.labelValues(model, DeviceLabel.of(ran.deviceActual())).observe(generateMs / 1e3);
        inferenceMicros.observe(generateMs * 1e3);
        Integer made = ran.completionTokens();
        if (made == null || made == 0) {
            return;
        }
        tokens.labelValues(model).inc(made.longValue());
        if (generateMs > 0) {
            tokensPerSecond.labelValues(model).observe(made / (generateMs / 1e3));
        }
        behindTheFirst(model, made, generateMs, ran.timing().timeToFirstToken());
    }

    private void behindTheFirst(String model, int made, double generateMs, @Nullable Double firstMs) {
        if (made > 1 && firstMs != null && generateMs >= firstMs) {
            betweenTokens.labelValues(model).observe((generateMs - firstMs) / (made - 1) / 1e3);
        }
    }
}

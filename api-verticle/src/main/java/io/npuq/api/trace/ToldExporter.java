package io.npuq.api.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends spans, and says when that begins to fail and when it works again: once each, in the log that everything else is in. */
final class ToldExporter implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(ToldExporter.class);

    /** The SDK's own log tells of each batch, elsewhere. Held here, since its level goes with it. */
    private static final java.util.logging.Logger SDK_LOG = java.util.logging.Logger.getLogger("io.opentelemetry");

    static {
        SDK_LOG.setLevel(Level.OFF);
    }

    private final SpanExporter exporter;
    private final URI endpoint;
    private final AtomicBoolean fails = new AtomicBoolean();

    ToldExporter(SpanExporter exporter, URI endpoint) {
        this.exporter = exporter;
        this.endpoint = endpoint;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode sent = exporter.export(spans);
        return sent.whenComplete(() -> tell(sent));
    }

    private void tell(CompletableResultCode sent) {
        if (!sent.isSuccess() && fails.compareAndSet(false, true)) {
            Throwable why = sent.getFailureThrowable();
            LOG.warn(
                    "traces cannot be sent to {}{}; jobs go on, spans are lost meanwhile, and it is tried again",
                    endpoint,
                    why == null ? "" : " (" + why + ")");
        }
        if (sent.isSuccess() && fails.compareAndSet(true, false)) {
            LOG.info("traces are sent to {} again", endpoint);
        }
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}

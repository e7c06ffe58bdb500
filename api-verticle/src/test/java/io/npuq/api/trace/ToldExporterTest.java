package io.npuq.api.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log says once that a collector is gone, and once that it is back. */
final class ToldExporterTest {
    private final Logger log = Logger.getLogger(ToldExporter.class.getName());
    private final List<String> said = new ArrayList<>();
    private final Handler ear = new Handler() {
        @Override
        public void publish(LogRecord record) {
            said.add(record.getMessage().startsWith("traces cannot be sent") ? "gone" : "back");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private boolean isThere;

    @BeforeEach
    void listen() {
        log.addHandler(ear);
    }

    @AfterEach
    void stopListening() {
        log.removeHandler(ear);
    }

    @Test
    void whatHappensAgainAndAgainIsSaidOnce() {
        ToldExporter exporter = new ToldExporter(new Scripted(), URI.create("http://127.0.0.1:4318"));
        for (boolean there : new boolean[] {true, false, false, false, true, true, false}) {
            isThere = there;
            exporter.export(List.of());
        }
        assertEquals(List.of("gone", "back", "gone"), said);
    }

    private final class Scripted implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return isThere ? CompletableResultCode.ofSuccess() : CompletableResultCode.ofFailure();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}

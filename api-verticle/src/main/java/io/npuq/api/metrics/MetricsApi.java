package io.npuq.api.metrics;

import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Routes;
import io.npuq.api.lanes.LaneControl;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueStatus;
import io.npuq.schema.config.QueueConfig;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /metrics}: Prometheus' text format, or OpenMetrics' for a scraper that asks for it. */
public final class MetricsApi {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsApi.class);
    private static final int OK = 200;

    private final Vertx vertx;
    private final JobQueue queue;
    private final QueueConfig queueConfig;
    private final LaneControl lanes;
    private final Metrics metrics;
    private final Clock clock;
    private final ExpositionFormats formats = ExpositionFormats.init();

    /**
     * Shows these metrics.
     *
     * @param clock to say how long the oldest job has waited
     */
    public MetricsApi(
            Vertx vertx, JobQueue queue, QueueConfig queueConfig, LaneControl lanes, Metrics metrics, Clock clock) {
        this.vertx = vertx;
        this.queue = queue;
        this.queueConfig = queueConfig;
        this.lanes = lanes;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Adds the route. */
    public void addTo(Routes routes) {
        routes.at("/metrics").get(this::scrape);
    }

    private Future<Answer> scrape(Exchange exchange) {
        exchange.query();
        ExpositionFormatWriter format =
                formats.findWriter(exchange.header(HttpHeaders.ACCEPT).orElse(null));
        return exchange.onContext(queue.status())
                .compose(status -> vertx.executeBlocking(() -> text(metrics.at(scene(status)), format), false))
                .map(text -> Answer.of(OK, format.getContentType(), text));
    }

    /** Reads files. */
    private Scene scene(QueueStatus status) {
        return new Scene(
                clock.instant(),
                status,
                queueConfig.journalBytesMax(),
                lanes.lanes(),
                diskFreeBytes(),
                lanes.busyTimeUs().isPresent());
    }

    private OptionalLong diskFreeBytes() {
        try {
            return OptionalLong.of(Files.getFileStore(queueConfig.dataDir()).getUsableSpace());
        } catch (IOException e) {
            LOG.debug("cannot read what is free on the disk of {}: {}", queueConfig.dataDir(), e.toString());
            return OptionalLong.empty();
        }
    }

    private static byte[] text(MetricSnapshots snapshots, ExpositionFormatWriter format) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            format.write(text, snapshots);
        } catch (IOException e) {
            throw new UncheckedIOException("metrics cannot be written: a bug in npuq", e);
        }
        return text.toByteArray();
    }
}

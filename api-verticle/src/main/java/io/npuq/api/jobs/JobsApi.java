package io.npuq.api.jobs;

import io.npuq.api.embedding.Embeddings;
import io.npuq.api.embedding.Submitter;
import io.npuq.api.http.Answer;
import io.npuq.api.http.Download;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.GenerationHeaders;
import io.npuq.api.http.JobWait;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Query;
import io.npuq.api.http.Refusals;
import io.npuq.api.http.Routes;
import io.npuq.api.http.Text;
import io.npuq.scheduler.Backup;
import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Erasure;
import io.npuq.scheduler.JobFilter;
import io.npuq.scheduler.JobLog;
import io.npuq.scheduler.JobPage;
import io.npuq.scheduler.JobQuery;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueScope;
import io.npuq.scheduler.Retry;
import io.npuq.scheduler.Submission;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Limits;
import io.npuq.schema.WireName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code /v1/jobs} and {@code /v1/queue}. */
public final class JobsApi {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;
    private static final String SCOPE = "scope";

    private final Vertx vertx;
    private final JobQueue queue;
    private final Supplier<LaneStatus> mainLane;
    private final Clock clock;
    private final Duration pingEvery;
    private final Duration backupStallMax;
    private final Submitter submitter;
    private final BulkSubmits bulks;

    /**
     * Serves this queue.
     *
     * @param mainLane as it stands
     * @param embeddings what is known of embeddings
     * @param clock to say how long the oldest job has waited
     * @param pingEvery how often a stream of events says that it lives
     * @param backupStallMax how long who takes a backup may take nothing
     */
    public JobsApi(
            Vertx vertx,
            JobQueue queue,
            Supplier<LaneStatus> mainLane,
            Embeddings embeddings,
            Clock clock,
            Duration pingEvery,
            Duration backupStallMax) {
        this.vertx = vertx;
        this.queue = queue;
        this.mainLane = mainLane;
        this.clock = clock;
        this.pingEvery = pingEvery;
        this.backupStallMax = backupStallMax;
        submitter = new Submitter(queue, embeddings);
        bulks = new BulkSubmits(submitter);
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        routes.at("/v1/jobs").post(this::submit).get(this::list);
        routes.at("/v1/jobs/bulk").postStream(this::submitBulk);
        routes.at("/v1/jobs/:id").get(this::get).delete(this::erase);
        routes.at("/v1/jobs/:id/events").get(this::events);
        routes.at("/v1/jobs/:id/log").get(this::log);
        routes.at("/v1/jobs/:id/cancel").post(this::cancel);
        routes.at("/v1/jobs/:id/retry").post(this::retry);
        routes.at("/v1/queue").get(this::status);
        routes.at("/v1/queue/pause").post(exchange -> operate(exchange, queue::pause));
        routes.at("/v1/queue/drain").post(exchange -> operate(exchange, queue::drain));
        routes.at("/v1/queue/resume").post(exchange -> operate(exchange, queue::resume));
        routes.at("/v1/queue/backup").post(this::backup);
    }

    private Future<Answer> submit(Exchange exchange) {
        exchange.query();
        return exchange.onContext(submitter.submit(JobRequestParser.parse(exchange.json()), exchange.sender()))
                .compose(submission -> submitted(exchange, submission));
    }

    private Future<Answer> retry(Exchange exchange) {
        JobId id = id(exchange);
        exchange.query();
        exchange.noBody();
        return exchange.onContext(queue.retry(id, exchange.sender())).compose(retry -> {
            if (retry instanceof Retry.Submitted again) {
                return submitted(exchange, again.submission());
            }
            if (retry instanceof Retry.NotFailed job) {
                throw new ProblemException(Problem.of(
                        CONFLICT,
                        "job_not_failed",
                        "the job is " + job.job().state().wire() + "; only a failed job can be retried"));
            }
            if (retry instanceof Retry.InputErased) {
                throw new ProblemException(Problem.of(
                        CONFLICT, "input_erased", "the job's input is erased by now; submit it as a new job"));
            }
            throw unknown(id.value());
        });
    }

    private Future<Answer> submitted(Exchange exchange, Submission submission) {
        Refusals.check(submission);
        if (submission instanceof Submission.Known known) {
            return exchange.onContext(queue.get(known.id())).map(job -> accepted(exchange, job.orElseThrow()));
        }
        return Future.succeededFuture(accepted(exchange, ((Submission.Accepted) submission).job()));
    }

    private static Answer accepted(Exchange exchange, Job job) {
        exchange.about(job.id());
        return Answer.json(ACCEPTED, JobJson.bytes(job)).with("Location", "/v1/jobs/" + job.id());
    }

    private Future<Answer> submitBulk(Exchange exchange) {
        exchange.query();
        return bulks.submit(exchange);
    }

    private Future<Answer> get(Exchange exchange) {
        JobId id = id(exchange);
        int waitMs = exchange.query("wait_ms").integer("wait_ms", 0, (int) Limits.WAIT_MAX.toMillis(), 0);
        Future<Optional<Job>> job = waitMs == 0
                ? exchange.onContext(queue.get(id))
                : JobWait.forEnd(vertx, queue, exchange, id, Duration.ofMillis(waitMs));
        return job.map(found -> shown(found.orElseThrow(() -> unknown(id.value()))));
    }

    /** A job that ran says in the headers what every answer with generated text says there. */
    private Answer shown(Job job) {
        Answer answer = Answer.json(OK, JobJson.bytes(job));
        return job.state().isFinal() ? answer.with(GenerationHeaders.of(job, mainLane.get())) : answer;
    }

    private Future<Answer> events(Exchange exchange) {
        JobId id = id(exchange);
        exchange.query();
        EventPoint after = EventPoint.lastSeen(exchange.header("Last-Event-ID"));
        EventFeed feed = new EventFeed(vertx, exchange, after, pingEvery);
        return feed.start(queue, id, () -> unknown(id.value()));
    }

    /** Its entries as they stand in the log, which are JSON. */
    private Future<Answer> log(Exchange exchange) {
        JobId id = id(exchange);
        exchange.query();
        return exchange.onContext(queue.log(id))
                .recover(JobsApi::busy)
                .map(found -> Answer.json(OK, log(found.orElseThrow(() -> unknown(id.value())))));
    }

    private static byte[] log(JobLog log) {
        return JsonOut.object(json -> {
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (byte[] entry : log.entries()) {
                json.writeRawValue(new String(entry, StandardCharsets.UTF_8));
            }
            json.writeEndArray();
            json.writeBooleanField("complete", log.complete());
        });
    }

    private static <T> Future<T> busy(Throwable thrown) {
        Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
        return Future.failedFuture(
                cause instanceof RejectedExecutionException
                        ? new ProblemException(Problem.of(
                                        TOO_MANY,
                                        "too_many_log_reads",
                                        "many jobs are being looked up in the request log; try again")
                                .with(Map.of("Retry-After", "1")))
                        : thrown);
    }

    private Future<Answer> list(Exchange exchange) {
        Query asked = exchange.query("state", "kind", "priority", "lane", "q", "limit", "after");
        JobFilter filter = new JobFilter(
                asked.text("state").map(name -> WireName.parse(JobState.class, "state", name)),
                asked.text("kind").map(JobsApi::kind),
                asked.text("priority").map(text -> asked.integer("priority", 0, Limits.PRIORITY_MAX, 0)),
                asked.text("lane").map(name -> WireName.parse(Lane.class, "lane", name)),
                asked.text("q"));
        JobQuery query = new JobQuery(
                filter,
                asked.integer("limit", 1, Limits.PAGE_JOBS_MAX, Limits.PAGE_JOBS_DEFAULT),
                asked.text("after").map(JobsApi::after));
        return exchange.onContext(queue.list(query)).map(page -> Answer.json(OK, page(page)));
    }

    private static JobKind kind(String name) {
        return JobKind.find(name).orElseGet(() -> WireName.parse(JobKind.class, "kind", name));
    }

    private static JobId after(String text) {
        return JobId.parse(text)
                .orElseThrow(
                        () -> new InvalidInputException("after", "after must be the id of a job: last_id of a page"));
    }

    private static byte[] page(JobPage page) {
        List<Job> jobs = page.jobs();
        return JsonOut.object(json -> {
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (Job job : jobs) {
                JobJson.write(json, job);
            }
            json.writeEndArray();
            json.writeBooleanField("has_more", page.hasMore());
            json.writeStringField("last_id", page.last().map(JobId::value).orElse(null));
        });
    }

    private Future<Answer> cancel(Exchange exchange) {
        JobId id = id(exchange);
        exchange.query();
        exchange.noBody();
        return exchange.onContext(queue.cancel(id)).map(cancellation -> {
            if (cancellation instanceof Cancellation.Known known) {
                return Answer.json(OK, JobJson.bytes(known.job()));
            }
            throw unknown(id.value());
        });
    }

    /** The job stays on record, without its texts. */
    private Future<Answer> erase(Exchange exchange) {
        JobId id = id(exchange);
        exchange.query();
        exchange.noBody();
        return exchange.onContext(queue.erase(id)).compose(erasure -> {
            if (erasure instanceof Erasure.NotEnded open) {
                throw new ProblemException(Problem.of(
                        CONFLICT,
                        "job_not_ended",
                        "the job is " + open.job().state().wire() + "; cancel it first, then delete its texts"));
            }
            if (erasure instanceof Erasure.Unknown) {
                throw unknown(id.value());
            }
            return exchange.onContext(queue.get(id)).map(job -> Answer.json(OK, JobJson.bytes(job.orElseThrow())));
        });
    }

    private Future<Answer> operate(Exchange exchange, Function<QueueScope, CompletionStage<Void>> operation) {
        exchange.query();
        QueueScope scope = exchange.optionalJson()
                .flatMap(body -> body.onlyKnown(List.of(SCOPE)).text(SCOPE))
                .map(name -> WireName.parse(QueueScope.class, SCOPE, name))
                .orElse(QueueScope.ALL);
        return exchange.onContext(operation.apply(scope)).compose(done -> status(exchange));
    }

    private Future<Answer> backup(Exchange exchange) {
        exchange.query();
        exchange.noBody();
        return new Download(vertx, exchange, backupStallMax)
                .send("application/zip", queue.backup().thenApply(JobsApi::pieces));
    }

    private static Download.Source pieces(Optional<Backup> begun) {
        Backup backup = begun.orElseThrow(() -> new ProblemException(Problem.of(
                CONFLICT, "backup_running", "another backup is being taken; try again when that one has ended")));
        return new Download.Source() {
            @Override
            public CompletionStage<Optional<byte[]>> next() {
                return backup.next();
            }

            @Override
            public void close() {
                backup.close();
            }
        };
    }

    private Future<Answer> status(Exchange exchange) {
        exchange.query();
        return exchange.onContext(queue.status())
                .map(status -> Answer.json(OK, QueueJson.bytes(status, clock.instant())));
    }

    private static JobId id(Exchange exchange) {
        String text = exchange.pathParameter("id");
        JobId id = JobId.parse(text).orElseThrow(() -> unknown(text));
        exchange.about(id);
        return id;
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(Problem.of(
                404,
                "job_not_found",
                "there is no job " + Text.echo(id) + "; GET /v1/jobs lists those there are",
                "id"));
    }
}

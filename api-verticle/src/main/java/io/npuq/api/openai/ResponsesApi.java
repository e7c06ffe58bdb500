package io.npuq.api.openai;

import io.npuq.api.generate.Generations;
import io.npuq.api.generate.ServedModels;
import io.npuq.api.generate.ToolUse;
import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Query;
import io.npuq.api.http.Routes;
import io.npuq.api.http.Text;
import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Erasure;
import io.npuq.scheduler.JobQueue;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/** {@code /v1/responses}: a response is a chat job, by another name; its own name says which. */
public final class ResponsesApi {
    private static final int OK = 200;

    /** More than any stream has. */
    private static final int EVENTS_MAX = 999_999_999;

    private final JobQueue queue;
    private final Generations generations;
    private final ToolUse tools;
    private final ServedModels models;

    /** Serves this queue. */
    public ResponsesApi(JobQueue queue, Generations generations, ToolUse tools) {
        this.queue = queue;
        this.generations = generations;
        this.tools = tools;
        this.models = new ServedModels(generations::lanes);
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        routes.at("/v1/responses").post(this::create);
        routes.at("/v1/responses/:id").get(this::get).delete(this::delete);
        routes.at("/v1/responses/:id/cancel").post(this::cancel);
    }

    private Future<Answer> create(Exchange exchange) {
        exchange.query();
        ResponseFields asked = ResponseFields.read(exchange.json(), models);
        return tools.allowed(asked.request())
                .compose(allowed -> asked.background() ? inBackground(exchange, asked) : awaited(exchange, asked));
    }

    private Future<Answer> inBackground(Exchange exchange, ResponseFields asked) {
        return generations.submit(exchange, asked.request()).compose(job -> {
            exchange.about(job.id());
            return asked.streamed()
                    ? generations.streamKnown(exchange, job.id(), stream(job.metadata(), asked.model(), -1))
                    : Future.succeededFuture(Answer.json(OK, ResponseJson.bytes(job, asked.model())));
        });
    }

    private Future<Answer> awaited(Exchange exchange, ResponseFields asked) {
        if (asked.streamed()) {
            return generations.stream(
                    exchange, asked.request(), stream(asked.request().metadata(), asked.model(), -1));
        }
        return generations.answer(exchange, asked.request(), job -> ResponseJson.bytes(job, asked.model()));
    }

    private Future<Answer> get(Exchange exchange) {
        Query query = exchange.query("stream", "starting_after", "include", "include_obfuscation");
        boolean streamed = query.truth("stream");
        int after = query.integer("starting_after", 0, EVENTS_MAX, -1);
        return find(exchange)
                .compose(job -> streamed
                        ? generations.streamKnown(exchange, job.id(), stream(job.metadata(), model(job), after))
                        : Future.succeededFuture(Answer.json(OK, ResponseJson.bytes(job, model(job)))));
    }

    private static ResponseStream stream(Map<String, String> labels, String model, long after) {
        return new ResponseStream(model, after, ResponseFields.isCallForced(labels));
    }

    private Future<Answer> cancel(Exchange exchange) {
        exchange.query();
        exchange.noBody();
        return find(exchange)
                .compose(job -> exchange.onContext(queue.cancel(job.id())))
                .map(cancellation -> ((Cancellation.Known) cancellation).job())
                .map(job -> Answer.json(OK, ResponseJson.bytes(job, model(job))));
    }

    private Future<Answer> delete(Exchange exchange) {
        exchange.query();
        exchange.noBody();
        return find(exchange)
                .compose(job -> exchange.onContext(queue.erase(job.id())).map(erasure -> {
                    if (erasure instanceof Erasure.NotEnded) {
                        throw new ProblemException(
                                Problem.of(409, "response_not_ended", "the response is not complete; cancel it first"));
                    }
                    return Answer.json(OK, JsonOut.object(json -> {
                        json.writeStringField("id", CompletionJson.id(ResponseJson.PREFIX, job.id()));
                        json.writeStringField("object", "response");
                        json.writeBooleanField("deleted", true);
                    }));
                }));
    }

    /** The one that ran it; before that, the one that is to. */
    private String model(Job job) {
        return job.evidence()
                .flatMap(ran -> Optional.ofNullable(ran.model()))
                .orElseGet(() -> generations.mainLane().model());
    }

    private Future<Job> find(Exchange exchange) {
        String name = exchange.pathParameter("id");
        Optional<JobId> id = name.startsWith(ResponseJson.PREFIX)
                ? JobId.ofDigits(name.substring(ResponseJson.PREFIX.length()))
                : Optional.empty();
        if (id.isEmpty()) {
            throw unknown(name);
        }
        exchange.about(id.get());
        return exchange.onContext(queue.get(id.get()))
                .map(job -> job.filter(ResponsesApi::isKept).orElseThrow(() -> unknown(name)));
    }

    private static boolean isKept(Job job) {
        return job.kind() == JobKind.CHAT
                && (job.state() != JobState.SUCCEEDED || job.result().isPresent());
    }

    private static ProblemException unknown(String name) {
        return new ProblemException(Problem.of(
                404,
                "response_not_found",
                "there is no response " + Text.echo(name) + ", or its time is over",
                "response_id"));
    }
}

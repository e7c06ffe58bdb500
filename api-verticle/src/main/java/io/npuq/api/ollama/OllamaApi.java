package io.npuq.api.ollama;

import io.npuq.api.embedding.Embeddings;
import io.npuq.api.generate.Generations;
import io.npuq.api.generate.ServedModels;
import io.npuq.api.generate.ToolCallText;
import io.npuq.api.generate.ToolUse;
import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Fields;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Routes;
import io.npuq.api.http.Text;
import io.npuq.api.models.ModelInfo;
import io.npuq.api.models.Models;
import io.npuq.api.models.ModelsException;
import io.npuq.scheduler.Sender;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Job;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Generation, chat, embeddings, and what is loaded. */
public final class OllamaApi {
    private static final int OK = 200;
    private static final int FOUND = 302;

    /** The version of Ollama whose API this is: clients compare it with the one that they want. */
    private static final String VERSION = "0.12.6";

    private static final Answer RUNNING = Answer.of(
                    OK, "text/plain; charset=utf-8", "Ollama is running".getBytes(StandardCharsets.UTF_8))
            .with("Vary", "Accept");

    /** Browsers get to see something. */
    private static final Answer TO_PAGE = Answer.of(FOUND, "text/plain; charset=utf-8", new byte[0])
            .with(Map.of("Location", "/ui", "Vary", "Accept"));

    private final Vertx vertx;
    private final Generations generations;
    private final Embeddings embeddings;
    private final ToolUse tools;
    private final ModelHold hold;
    private final Clock clock;
    private final Models onDisk;
    private final ServedModels models;

    /**
     * Serves these jobs.
     *
     * @param embeddings what is known of embeddings
     * @param tools whether the model is told of tools
     * @param hold lets models go, and brings them back
     * @param onDisk what is known of models that are loaded
     * @param clock to say when a piece of an answer was made
     */
    public OllamaApi(
            Vertx vertx,
            Generations generations,
            Embeddings embeddings,
            ToolUse tools,
            ModelHold hold,
            Models onDisk,
            Clock clock) {
        this.vertx = vertx;
        this.onDisk = onDisk;
        this.generations = generations;
        this.embeddings = embeddings;
        this.tools = tools;
        this.hold = hold;
        this.clock = clock;
        this.models = new ServedModels(
                generations::lanes, (name, instead) -> "model \"" + name + "\" not found, try pulling it first");
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        routes.at("/api/chat").post(exchange -> generate(exchange, AnswerShape.CHAT));
        routes.at("/api/generate").post(exchange -> generate(exchange, AnswerShape.GENERATE));
        routes.at("/api/embed").post(exchange -> embed(exchange, EmbedCall::read));
        routes.at("/api/embeddings").post(exchange -> embed(exchange, EmbedCall::readOlder));
        routes.at("/api/ps").get(this::running);
        routes.at("/api/version").get(this::version);
        routes.at("/").get(this::root);
    }

    private Future<Answer> generate(Exchange exchange, AnswerShape shape) {
        Fields body = RequestBody.read(exchange);
        String name = named(body, shape == AnswerShape.CHAT ? "chat" : "generate", false);
        AnswerJson json = new AnswerJson(shape, name, clock);
        Asked asked = GenerationFields.read(body, shape, name);
        if (GenerationFields.isOfModelOnly(body, shape)) {
            String reason = asked.keepAlive() == KeepAlive.GOES ? "unload" : "load";
            return ofModel(exchange, name, asked.keepAlive()).map(done -> Answer.json(OK, json.ofNothing(reason)));
        }
        Runnable atEnd = atEnd(exchange, asked.model(), asked.keepAlive());
        return tools.allowed(asked.request())
                .compose(allowed -> asked.streamed()
                        ? generations.stream(exchange, asked.request(), new AnswerLines(json, asked.tools(), atEnd))
                        : generations.answer(exchange, asked.request(), job -> whole(job, json, asked.tools())))
                .onComplete(over -> atEnd.run());
    }

    private static byte[] whole(Job job, AnswerJson json, boolean tools) {
        String answer = job.result().orElseThrow().text();
        ToolCallText calls = new ToolCallText();
        return json.last(job, tools ? calls.more(answer) + calls.end() : answer, calls.calls());
    }

    private Future<Answer> embed(Exchange exchange, BiFunction<Fields, String, EmbedCall> reading) {
        Fields body = RequestBody.read(exchange);
        RequestBody.model(body);
        embeddings.check("model");
        EmbedCall call = reading.apply(body, named(body, "embeddings", true));
        JobRequest request = call.request();
        if (call.texts().isEmpty()) {
            return ofModel(exchange, call.model(), call.keepAlive())
                    .map(done -> Answer.json(OK, call.answerOfNothing()));
        }
        Runnable atEnd = atEnd(exchange, call.model(), call.keepAlive());
        return generations.answer(exchange, request, call::answer).onComplete(over -> atEnd.run());
    }

    /** The model's name as the client has it, if the model is there and can do that. */
    private String named(Fields body, String ability, boolean embeds) {
        String name = RequestBody.model(body);
        boolean unable = models.find(name)
                .filter(lane -> (lane.lane() == Lane.EMBEDDING) != embeds)
                .isPresent();
        InvalidInputException.check(!unable, "model", "\"" + Text.echo(name) + "\" does not support " + ability);
        return embeds ? models.embedding(Optional.of(name)) : models.generating(Optional.of(name));
    }

    private Future<Void> ofModel(Exchange exchange, String name, KeepAlive keepAlive) {
        Sender unused = exchange.sender(); // its headers are checked, though no job is made
        String model = served(name);
        return keepAlive == KeepAlive.GOES ? hold.free(exchange, model) : hold.load(exchange, model);
    }

    /** What is done behind an answer, also when its client does not wait for it. */
    private Runnable atEnd(Exchange exchange, String name, KeepAlive keepAlive) {
        if (keepAlive == KeepAlive.STAYS) {
            return () -> {};
        }
        Runnable free = () -> hold.free(served(name));
        exchange.whenGone(free);
        return free;
    }

    private String served(String name) {
        return models.find(name).map(LaneStatus::model).orElse(name);
    }

    private Future<Answer> running(Exchange exchange) {
        exchange.query();
        List<LaneStatus> lanes = generations.lanes();
        return vertx.executeBlocking(() -> RunningJson.of(lanes, this::onDisk, clock.instant()), false)
                .map(body -> Answer.json(OK, body));
    }

    private Optional<ModelInfo> onDisk(LaneStatus lane) {
        try {
            return lane.modelPath().flatMap(path -> onDisk.at(path, lane.model()));
        } catch (ModelsException e) {
            return Optional.empty(); // It is loaded all the same, and is listed.
        }
    }

    private Future<Answer> version(Exchange exchange) {
        exchange.query();
        return Future.succeededFuture(Answer.json(OK, JsonOut.object(json -> {
            json.writeStringField("version", VERSION);
        })));
    }

    private Future<Answer> root(Exchange exchange) {
        exchange.query();
        return Future.succeededFuture(exchange.takesHtml() ? TO_PAGE : RUNNING);
    }
}

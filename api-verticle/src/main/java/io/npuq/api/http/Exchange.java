package io.npuq.api.http;

import io.npuq.scheduler.Sender;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobId;
import io.npuq.schema.TraceContext;
import io.npuq.schema.config.ApiKey;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer. Lives on the event loop's thread that its connection belongs to, from the head of the request to the one
 * answer, which is also its one log line.
 */
public final class Exchange {
    /** The logger of request lines: one for each request that is answered or abandoned, at INFO. */
    public static final String LOG_NAME = "io.npuq.api.requests";

    /** The header with which a client says that equal requests are one. */
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private static final Logger LOG = LoggerFactory.getLogger(LOG_NAME);
    private static final String KEY = "exchange";

    /** The field by which every dialect of JSON names a priority. */
    private static final String PRIORITY = "priority";

    private static final byte[] NO_BODY = {};
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized(RequestIds.HEADER);
    private static final int OK = 200;
    private static final int FAULT = 500;
    private static final double NANOS_PER_TENTH_MILLI = 1e5;
    private static final int UNDER_WAY_BYTES_MAX = 64 << 10;

    /** What the log says of a client that left before its answer: the status that nginx made up for it. */
    private static final int CLIENT_GONE = 499;

    private final RoutingContext routing;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private final String requestId;
    private final RequestCounter counter;
    private final long startedNanos = System.nanoTime();
    private String endpoint = RequestCounter.NO_ENDPOINT;
    private byte[] body = NO_BODY;
    private boolean namesPriority;
    private RequestTrace trace = RequestTrace.NONE;
    private @Nullable ApiKey key;
    private @Nullable JobId job;
    private @Nullable Runnable whenGone;
    private boolean bodyOpen;
    private boolean streaming;
    private boolean underWay;
    private boolean touched;
    private boolean served;
    private boolean over;

    private Exchange(RoutingContext routing, Context context, RequestCounter counter) {
        this.routing = routing;
        this.counter = counter;
        this.request = routing.request();
        this.response = routing.response();
        this.context = context;
        this.requestId = RequestIds.of(request.getHeader(RequestIds.HEADER));
    }

    /** The exchange of this request: made at first sight. */
    static Exchange of(RoutingContext routing, RequestCounter counter) {
        Exchange known = routing.get(KEY);
        if (known != null) {
            return known;
        }
        Exchange exchange = new Exchange(routing, routing.vertx().getOrCreateContext(), counter);
        routing.put(KEY, exchange);
        return exchange;
    }

    String requestId() {
        return requestId;
    }

    HttpServerRequest request() {
        return request;
    }

    /** It is for the route of that pattern. */
    void at(String route) {
        endpoint = route;
    }

    void body(byte[] bytes) {
        body = bytes;
    }

    /** The body as a JSON object. */
    public Fields json() {
        if (!hasType("application/json")) {
            throw wrongType("JSON in UTF-8, sent with Content-Type: application/json");
        }
        Fields fields = JsonIn.object(body);
        namesPriority = fields.has(PRIORITY);
        return fields;
    }

    /** The body as a JSON object; empty where there is no body. */
    public Optional<Fields> optionalJson() {
        return body.length == 0 ? Optional.empty() : Optional.of(json());
    }

    /**
     * The same for dialects whose clients declare another type, or none. Some types a web page may send to another origin without asking
     * first: of these, only the one that curl sends is taken, and only where no browser names a page as the sender.
     */
    public Optional<Fields> optionalJsonOfAnyType() {
        String type = header(HttpHeaders.CONTENT_TYPE).orElse("").toLowerCase(Locale.ROOT);
        boolean isUndeclared = type.isEmpty() || type.startsWith("application/x-www-form-urlencoded");
        boolean isOfPages = type.startsWith("text/plain") || type.startsWith("multipart/form-data");
        if (isOfPages || (isUndeclared && request.headers().contains(HttpHeaders.ORIGIN))) {
            throw wrongType("JSON in UTF-8, sent with Content-Type: application/json");
        }
        return body.length == 0 ? Optional.empty() : Optional.of(JsonIn.object(body));
    }

    /** The body as it is, of one of these types; or of none, as some clients send it, where no web page can have sent it. */
    public byte[] bytes(List<String> types) {
        boolean undeclared = !request.headers().contains(HttpHeaders.CONTENT_TYPE)
                && !request.headers().contains(HttpHeaders.ORIGIN);
        if (!undeclared && types.stream().noneMatch(this::hasType)) {
            throw wrongType("sent with Content-Type: " + String.join(" or ", types));
        }
        if (request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
            throw wrongType("sent without a Content-Encoding");
        }
        return body;
    }

    /** The body as lines of JSON, on a path whose body is left to its endpoint. */
    public LineReader lines() {
        if (!bodyOpen) {
            throw new ProblemException(Problem.of(404, "not_found", "not found"));
        }
        if (!hasType("application/x-ndjson")) {
            throw wrongType("lines of JSON in UTF-8, sent with Content-Type: application/x-ndjson");
        }
        return new LineReader(this);
    }

    /** The body as a form that may hold files, on a path whose body is left to its endpoint. */
    public FormReader form() {
        if (!bodyOpen) {
            throw new ProblemException(Problem.of(404, "not_found", "not found"));
        }
        if (!hasType("multipart/form-data")) {
            throw wrongType("a form, sent with Content-Type: multipart/form-data");
        }
        return new FormReader(this);
    }

    private boolean hasType(String wanted) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && isUtf8(type, wanted);
    }

    private static ProblemException wrongType(String wanted) {
        return new ProblemException(
                Problem.of(415, "unsupported_media_type", "the body must be " + wanted, "content-type"));
    }

    /** Refuses a body: for a method that takes none. An empty JSON object passes, since many clients cannot send nothing. */
    public void noBody() {
        if (body.length > 0) {
            json().onlyKnown(List.of());
        }
    }

    /** The query's parameters, none of which may be unknown. */
    public Query query(String... known) {
        return new Query(request.query(), List.of(known));
    }

    /** A piece of the path that the route names. */
    public String pathParameter(String name) {
        return Objects.requireNonNull(routing.pathParam(name), name);
    }

    /** The same on a path that has it or not. */
    public Optional<String> optionalPathParameter(String name) {
        return Optional.ofNullable(routing.pathParam(name));
    }

    /** Brings the end of a queue's stage back to this exchange's own thread. */
    public <T> Future<T> onContext(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, context);
    }

    /** Where this exchange lives; whatever another thread tells it must go through here. */
    public Context context() {
        return context;
    }

    /** Whether the client itself names the priority of its job, where that is not a field of a JSON body. */
    public void namesPriority(boolean names) {
        namesPriority = names;
    }

    /** It came with this key. */
    void by(ApiKey shown) {
        key = shown;
    }

    /** Whether it may change the server for everyone: always, where nobody needs a key. */
    boolean mayAdminister() {
        ApiKey shown = key;
        return shown == null || shown.admin();
    }

    /** Whose request it is, which is to make a job: the name of its API key or the client's address, what it may do, and its idempotency key. */
    public Sender sender() {
        return unbound().traced(trace().ofJob());
    }

    /** The same of a request that makes a job a line. */
    public Sender senderOfLines() {
        return unbound().traced(trace().ofLines());
    }

    private RequestTrace trace() {
        if (trace == RequestTrace.NONE) {
            trace = counter.trace(request.headers().getAll(TraceContext.HEADER), startedNanos);
        }
        return trace;
    }

    private Sender unbound() {
        List<String> keys = request.headers().getAll(IDEMPOTENCY_KEY);
        if (keys.size() > 1) {
            throw new InvalidInputException(IDEMPOTENCY_KEY, IDEMPOTENCY_KEY + " must be given once");
        }
        Optional<String> idempotencyKey = keys.stream().findFirst();
        ApiKey shown = key;
        return shown == null
                ? new Sender(request.connection().remoteAddress().hostAddress(), idempotencyKey)
                : new Sender(shown.name(), idempotencyKey, shown.limits(), namesPriority);
    }

    /** A header of the request. */
    public Optional<String> header(CharSequence name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /** Whether whoever asks takes HTML and says so, as browsers do. */
    public boolean takesHtml() {
        return Browsers.takeHtml(request);
    }

    /** Whether only the head of the answer is wanted. */
    public boolean isHead() {
        return HttpMethod.HEAD.equals(request.method());
    }

    /** Whether nobody waits for the answer any more. */
    public boolean isOver() {
        return over || response.closed();
    }

    /** Names the job that this exchange is about, for the log. */
    public void about(JobId id) {
        job = id;
    }

    /** Runs when the client goes away before its answer, each action once; at once when it is gone already. */
    public void whenGone(Runnable action) {
        if (response.closed()) {
            gone();
            action.run();
            return;
        }
        Runnable before = whenGone;
        if (before == null) {
            response.closeHandler(closed -> gone());
        }
        whenGone = before == null
                ? action
                : () -> {
                    before.run();
                    action.run();
                };
    }

    /** The client went away: what waits for it ends. */
    void gone() {
        if (!over) {
            over = true;
            log(CLIENT_GONE);
            Runnable action = whenGone;
            if (action != null) {
                action.run();
            }
        }
    }

    /** The body is not read yet: its endpoint will. */
    void bodyIsOpen() {
        bodyOpen = true;
    }

    /** The endpoint reads the body. */
    void bodyIsRead() {
        bodyOpen = false;
    }

    /** Something of the request or of its answer moved: the connection is not idle. */
    void touch() {
        touched = true;
    }

    /** Whether something moved since the last question. */
    boolean wasTouched() {
        boolean was = touched;
        touched = false;
        return was;
    }

    /**
     * Starts an answer that is written piece by piece. Its status is 200, whatever comes later; a problem after this closes the
     * connection.
     *
     * @param contentType of the whole
     * @param queueBytesMax how much may wait for a client that reads slowly, before the stream {@link AnswerStream#isFull}
     */
    public AnswerStream stream(CharSequence contentType, int queueBytesMax) {
        return stream(contentType, queueBytesMax, Map.of());
    }

    /**
     * The same with more headers.
     *
     * @param headers besides content type and request id
     */
    public AnswerStream stream(CharSequence contentType, int queueBytesMax, Map<String, String> headers) {
        streaming = true;
        headers.forEach(response::putHeader);
        if (whenGone == null) {
            whenGone(() -> {});
        }
        response.setStatusCode(OK)
                .setChunked(true)
                .setWriteQueueMaxSize(queueBytesMax)
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(REQUEST_ID, requestId);
        return new AnswerStream(this, response);
    }

    /**
     * Shows a client that waits for a whole JSON answer that it is under way, by blanks before it, which JSON allows; many clients give
     * up on a server that is silent for a minute. From the first on, the status is 200: a problem then closes the connection.
     */
    public void answerIsUnderWay() {
        if (over || response.closed()) {
            return;
        }
        if (!streaming) {
            stream(JSON, UNDER_WAY_BYTES_MAX);
            underWay = true;
        }
        touch();
        response.write(" ");
    }

    /** The stream is whole. */
    void streamed() {
        over = true;
        log(OK);
    }

    /** Whether an endpoint works on it: the request is whole, and the answer is not there yet. */
    boolean isServed() {
        return served && !over;
    }

    /** The request is whole: from here on it is the server that takes its time. */
    void served() {
        served = true;
    }

    void send(Problem problem) {
        send(Answer.of(problem, ErrorShape.of(request.path())));
    }

    /** Sends the one answer; nothing happens when the client is gone or was answered before. */
    void send(Answer answer) {
        if (response.closed()) {
            gone();
        }
        if (over) {
            return;
        }
        over = true;
        if (streaming) {
            log(answer.status());
            if (underWay && answer.status() == OK) {
                response.end(Buffer.buffer(answer.body()));
            } else {
                request.connection().close();
            }
            return;
        }
        response.setStatusCode(answer.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .putHeader(REQUEST_ID, requestId);
        answer.headers().forEach(response::putHeader);
        if (isHead()) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(answer.body().length));
        }
        log(answer.status());
        response.end(Buffer.buffer(answer.body()));
        if (bodyOpen) {
            BodyReader.discard(request);
        }
    }

    /** Sends the problem and closes the connection, where nothing sensible can follow on it. */
    void sendAndClose(Problem problem) {
        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        send(problem);
        request.connection().close();
    }

    /** Gives the request up in mid-body: nothing of it can be trusted any more, and what waits for it ends. */
    void abandon(Problem problem) {
        if (over) {
            request.connection().close();
            return;
        }
        Runnable action = whenGone;
        if (streaming) {
            send(problem);
        } else {
            sendAndClose(problem);
        }
        if (action != null) {
            action.run();
        }
    }

    private void log(int status) {
        counter.answered(endpoint, Integer.toString(status));
        trace.ended(new RequestTrace.End(
                "http",
                String.valueOf(request.method()),
                endpoint,
                Integer.toString(status),
                status >= FAULT,
                requestId,
                Optional.ofNullable(job)));
        if (LOG.isInfoEnabled()) {
            ApiKey shown = key;
            double ms = Math.round((System.nanoTime() - startedNanos) / NANOS_PER_TENTH_MILLI) / 10.0;
            LOG.info(
                    "{} {} {} {} ms {} {}{}",
                    request.method(),
                    Text.echo(request.path()),
                    status,
                    ms,
                    requestId,
                    Optional.ofNullable(job).map(JobId::value).orElse("-"),
                    shown == null ? "" : " key=" + shown.name());
        }
    }

    private static boolean isUtf8(String contentType, String wanted) {
        if (contentType.equals(wanted)) {
            return true;
        }
        String[] parts = contentType
                .toLowerCase(Locale.ROOT)
                .replace(" ", "")
                .replace("\"", "")
                .split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].startsWith("charset=") && !parts[i].equals("charset=utf-8")) {
                return false;
            }
        }
        return parts[0].equals(wanted);
    }
}

package io.npuq.smoke;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.smoke.Check.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.function.Consumer;

/**
 * The smoke plan: one job without a server; then a server of its own, its health, one bounded generation, the NPU's proof, its stop, and
 * that nobody listens any more. Each check is told as it is done.
 */
public final class SmokePlan {
    private static final String JOB = "title";
    private static final String INPUT = "The mail server in Osaka is slow since noon, and nobody knows why.";
    private static final int MAX_NEW_TOKENS = 24;
    private static final List<String> HEALTH_KEYS = List.of(
            "ok",
            "model",
            "model_path",
            "device",
            "cache_dir",
            "cache_exists",
            "loaded",
            "initial_load_ms",
            "busy_time_us",
            "max_input_chars",
            "jobs",
            "bind");

    private final Consumer<Check> tell;
    private boolean failed;

    /**
     * A plan to be run once.
     *
     * @param tell takes each check as it is done
     */
    public SmokePlan(Consumer<Check> tell) {
        this.tell = tell;
    }

    /**
     * Runs all of it.
     *
     * @return whether no check failed
     */
    public boolean run(Program program) throws InterruptedException {
        attempt("direct run", () -> directRun(program));
        attempt("temporary server", () -> temporaryServer(program));
        return !failed;
    }

    /**
     * Runs what concerns a server that is there already, and leaves it running.
     *
     * @return whether no check failed
     */
    public boolean run(URI server) throws InterruptedException {
        attempt("server", () -> server(new Http(server)));
        tell(Check.notProven("direct run, stop", "not checked: the server at " + server + " is not this plan's own"));
        return !failed;
    }

    private void directRun(Program program) throws IOException, InterruptedException {
        Program.Ran ran = program.run(JOB, INPUT, MAX_NEW_TOKENS);
        WorkerPayload payload = new WorkerPayload(Http.json(ran.out()));
        boolean fits = (ran.exitCode() == 0 && payload.isProven()) || (ran.exitCode() == 4 && !payload.isProven());
        String shown = "exit code " + ran.exitCode() + ", "
                + (payload.hasText() ? payload.evidence() : "no text: " + ran.out() + " " + ran.err());
        tell(Check.of(fits && payload.hasText(), "direct run", shown));
    }

    private void temporaryServer(Program program) throws IOException, InterruptedException {
        Program.Server server = program.start();
        tell(Check.passed("temporary server", "listens at " + server.url()));
        try {
            attempt("server", () -> server(new Http(server.url())));
        } finally {
            int exitCode = server.stop();
            tell(Check.of(exitCode == 0, "stop", "exit code " + exitCode + " after SIGTERM"));
        }
        listenerGone(server.url());
    }

    private void server(Http http) throws IOException, InterruptedException {
        Http.Answer before = health(http);
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("job", JOB)
                .put("input", INPUT)
                .put("max_new_tokens", MAX_NEW_TOKENS);
        Http.Answer answer = http.post("/v1/worker/generate", body);
        WorkerPayload payload = new WorkerPayload(answer.json());
        tell(Check.of(
                payload.hasText() && (answer.status() == 200 || answer.status() == 503),
                "bounded generation",
                "HTTP " + answer.status() + ", " + (payload.hasText() ? payload.evidence() : payload.error())));
        Http.Answer after = http.get("/healthz");
        tell(Check.of(
                after.json().path("loaded").asBoolean(),
                "model loaded",
                "initial load " + after.json().path("initial_load_ms") + " ms"));
        proof(
                payload,
                before.json().path("busy_time_us").asLong(0),
                after.json().path("busy_time_us").asLong(0));
    }

    private Http.Answer health(Http http) throws IOException, InterruptedException {
        Http.Answer health = http.get("/healthz");
        List<String> missing =
                HEALTH_KEYS.stream().filter(key -> !health.json().has(key)).toList();
        boolean exact = missing.isEmpty() && health.json().size() == HEALTH_KEYS.size();
        tell(Check.of(
                health.status() == 200 && exact,
                "health",
                "HTTP " + health.status() + ", "
                        + (exact ? health.json() : "missing " + missing + " in " + health.json())));
        return health;
    }

    /** Its own counter reading, and the one that health showed around it, must both have grown. */
    private void proof(WorkerPayload payload, long busyBefore, long busyAfter) {
        if (payload.isProven()) {
            tell(Check.of(
                    busyAfter > busyBefore,
                    "NPU did the work",
                    "busy counter: " + payload.json().path("npu_busy_delta_us") + " us in the job, "
                            + (busyAfter - busyBefore) + " us seen from outside"));
        } else if (payload.isFallback()) {
            tell(
                    Check.notProven(
                            "NPU did the work",
                            "not proven: "
                                    + payload.json().path("device_actual").asText()
                                    + " ran the job, so nothing here says that an NPU works; npuq doctor tells what it would take"));
        } else {
            tell(Check.failed("NPU did the work", payload.error()));
        }
    }

    private void listenerGone(URI url) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(url.getHost()), url.getPort()));
            tell(Check.passed("listener gone", "port " + url.getPort() + " could be bound"));
        }
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private void attempt(String name, Step step) throws InterruptedException {
        try {
            step.run();
        } catch (IOException e) {
            tell(Check.failed(name, e.getClass().getSimpleName() + ": " + e.getMessage()));
        }
    }

    private void tell(Check check) {
        failed |= check.result() == Result.FAILED;
        tell.accept(check);
    }
}

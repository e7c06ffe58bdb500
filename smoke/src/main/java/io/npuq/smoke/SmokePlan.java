package io.npuq.smoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.smoke.Check.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The smoke plan: one job without a server; then a server of its own, its health, one bounded generation, the NPU's proof, its stop, and
 * that nobody listens any more. The busy counter is read from outside, before and after. Each check is told as it is done.
 */
public final class SmokePlan {
    private static final String JOB = "title";
    private static final String INPUT = "The mail server in Osaka is slow since noon, and nobody knows why.";
    private static final int MAX_NEW_TOKENS = 24;
    private static final String PROOF = "NPU did the work";
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
    private final boolean requireNpu;
    private final OutsideCounter counter;
    private final List<Check> checks = new ArrayList<>();
    private JsonNode job = MissingNode.getInstance();
    private OutsideGrowth seen = OutsideGrowth.UNSEEN;

    /**
     * A plan to be run once.
     *
     * @param requireNpu whether a missing proof of the NPU is a failure
     * @param counter the NPU's busy counter; empty to look for it
     * @param tell takes each check as it is done
     */
    public SmokePlan(boolean requireNpu, Optional<Path> counter, Consumer<Check> tell) {
        this.tell = tell;
        this.requireNpu = requireNpu;
        this.counter = new OutsideCounter(counter);
    }

    /**
     * Runs all of it.
     *
     * @return whether no check failed
     */
    public boolean run(Program program) throws InterruptedException {
        attempt("direct run", () -> directRun(program));
        attempt("temporary server", () -> temporaryServer(program));
        return passed();
    }

    /**
     * Runs what concerns a server that is there already, and leaves it running.
     *
     * @return whether no check failed
     */
    public boolean run(URI server) throws InterruptedException {
        attempt("server", () -> server(new Http(server)));
        tell(Check.notProven("direct run, stop", "not checked: the server at " + server + " is not this plan's own"));
        return passed();
    }

    /** What it found, as Markdown: every check, and the evidence of the generation. */
    public String record() {
        List<String> lines = new ArrayList<>(List.of("| check | result | what was seen |", "|---|---|---|"));
        checks.forEach(check -> lines.add("| " + check.name() + " | "
                + check.result().text() + " | " + check.evidence().replace("|", "\\|") + " |"));
        lines.addAll(List.of("", "## The generation", "", ReviewRecord.of(job, seen)));
        return String.join("\n", lines) + "\n";
    }

    private boolean passed() {
        return checks.stream().noneMatch(check -> check.result() == Result.FAILED);
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
        health(http);
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("job", JOB)
                .put("input", INPUT)
                .put("max_new_tokens", MAX_NEW_TOKENS);
        OptionalLong before = counter.readUs();
        Http.Answer answer = http.post("/v1/worker/generate", body);
        seen = new OutsideGrowth(before, counter.readUs());
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
        job = http.get("/v1/jobs/" + answer.job()).json();
        proof(payload);
    }

    private void health(Http http) throws IOException, InterruptedException {
        Http.Answer health = http.get("/healthz");
        List<String> missing =
                HEALTH_KEYS.stream().filter(key -> !health.json().has(key)).toList();
        boolean exact = missing.isEmpty() && health.json().size() == HEALTH_KEYS.size();
        tell(Check.of(
                health.status() == 200 && exact,
                "health",
                "HTTP " + health.status() + ", "
                        + (exact ? health.json() : "missing " + missing + " in " + health.json())));
    }

    /** npuq's own reading is not enough: an observer must have seen at least as much. */
    private void proof(WorkerPayload payload) {
        if (payload.isFallback()) {
            unproven(payload.json().path("device_actual").asText()
                    + " ran the job, so nothing here says that an NPU works; npuq doctor tells what it would take");
        } else if (!payload.isProven()) {
            tell(Check.failed(PROOF, payload.error()));
        } else if (seen.us().isEmpty()) {
            unproven("npuq says " + payload.busyDeltaUs() + " us, but the counter (" + counter.place()
                    + ") cannot be read from outside");
        } else {
            long outside = seen.us().getAsLong();
            tell(Check.of(
                    outside >= payload.busyDeltaUs(),
                    PROOF,
                    "busy counter: " + payload.busyDeltaUs() + " us in the job by npuq, " + outside
                            + " us around it from outside"));
        }
    }

    private void unproven(String why) {
        tell(
                requireNpu
                        ? Check.failed(PROOF, "not proven, and --require-npu asks for it: " + why)
                        : Check.notProven(PROOF, "not proven: " + why));
    }

    private void listenerGone(URI url) throws IOException, InterruptedException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(url.getHost()), url.getPort()));
        }
        Optional<String> listening = Listeners.on(url.getPort());
        tell(Check.of(
                listening.isEmpty() || listening.get().isEmpty(),
                "listener gone",
                "port " + url.getPort() + " could be bound"
                        + listening
                                .map(line -> line.isEmpty() ? ", and ss shows no listener" : ", but ss shows " + line)
                                .orElse("; there is no ss to ask")));
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
        checks.add(check);
        tell.accept(check);
    }
}

package io.npuq.worker.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.worker.engine.Generation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A child process with a {@link ScriptedEngine} in it. */
public final class ScriptedChild {
    static final Duration LOAD_TIMEOUT = Duration.ofMinutes(1);

    private ScriptedChild() {}

    public static void main(String[] arguments) throws IOException {
        EngineServer.onStandardStreams(ScriptedEngine::new);
    }

    public static ProcessEngine engine(Duration inferenceTimeout) {
        return engine(JsonNodeFactory.instance.objectNode(), inferenceTimeout);
    }

    public static ProcessEngine engine(JsonNode load, Duration inferenceTimeout) {
        return new ProcessEngine(new ProcessSettings(command(), load, LOAD_TIMEOUT, inferenceTimeout));
    }

    static List<String> command() {
        return EngineCommand.java(
                List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"),
                ScriptedChild.class.getName(),
                List.of());
    }

    static Generation script(String words) {
        return Generation.of(JobRequest.bounded(JobKind.TITLE, words));
    }

    /** Sends a signal, as an operator would. */
    public static void signal(String name, long pid) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill -" + name + " " + pid + " answered " + code);
        }
    }
}

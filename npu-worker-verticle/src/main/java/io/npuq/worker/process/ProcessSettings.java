package io.npuq.worker.process;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;

/**
 * How an engine's child process is started and how long its calls may take.
 *
 * @param command its command line; see {@link EngineCommand}
 * @param load what to load, as the child's engine factory reads it
 * @param loadTimeout limit of a load; compiling a model for an NPU the first time takes minutes
 * @param inferenceTimeout limit of one generation
 * @param memoryMaxBytes the most that the process may hold in physical memory, where that can be read
 */
public record ProcessSettings(
        List<String> command, JsonNode load, Duration loadTimeout, Duration inferenceTimeout, long memoryMaxBytes) {
    /** A load that takes longer than this has hung. */
    public static final Duration LOAD_TIMEOUT_DEFAULT = Duration.ofMinutes(15);

    /** With the memory that an engine may hold where nobody says otherwise. */
    public ProcessSettings(List<String> command, JsonNode load, Duration loadTimeout, Duration inferenceTimeout) {
        this(command, load, loadTimeout, inferenceTimeout, ProcessMemory.limitBytes());
    }

    /** Copies the command. */
    public ProcessSettings {
        command = List.copyOf(command);
    }
}

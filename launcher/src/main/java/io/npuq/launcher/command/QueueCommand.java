package io.npuq.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.client.NpuqApi;
import io.npuq.scheduler.QueueScope;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code npuq queue}. */
@Command(
        name = "queue",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Show the queue, or pause, drain or resume it. Paused, jobs are taken and none starts; draining, what is queued runs to its end",
            "and nothing is taken; resume ends both.",
            ""
        })
final class QueueCommand extends ClientCommand {
    /** What can be done to it. */
    private enum Action {
        PAUSE,
        DRAIN,
        RESUME
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "ACTION",
            description = "pause, drain or resume; without one, the queue is shown")
    private @Nullable Action action;

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            defaultValue = "all",
            description =
                    "where hosts share one queue: host for the one that is asked, or all (default: ${DEFAULT-VALUE})")
    private QueueScope scope = QueueScope.ALL;

    @Override
    int call(NpuqApi api, Terminal terminal) throws ApiException {
        JsonNode queue =
                action == null ? api.queue() : api.operate(action.name().toLowerCase(Locale.ROOT), scope.wire());
        show(terminal, queue, text(queue));
        return ExitCode.OK;
    }

    private static String text(JsonNode queue) {
        JsonNode states = queue.path("depth").path("by_state");
        return "queued " + states.path("queued").asLong() + ", running "
                + states.path("running").asLong()
                + (queue.path("paused").asBoolean() ? ", paused" : "")
                + (queue.path("draining").asBoolean() ? ", draining" : "");
    }
}

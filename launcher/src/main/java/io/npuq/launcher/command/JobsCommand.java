package io.npuq.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.client.NpuqApi;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code npuq jobs}. */
@Command(
        name = "jobs",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"List the server's jobs, newest first.", ""})
final class JobsCommand extends ClientCommand {
    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "only queued, running, succeeded, failed, cancelled or expired ones")
    private @Nullable String state;

    @Option(names = "--kind", paramLabel = "KIND", description = "only jobs of this kind")
    private @Nullable String kind;

    @Option(names = "--limit", paramLabel = "N", description = "how many, at most 200; default 50")
    private @Nullable Integer limit;

    @Option(names = "--after", paramLabel = "ID", description = "only jobs older than this one, for the next page")
    private @Nullable String after;

    @Override
    int call(NpuqApi api, Terminal terminal) throws ApiException {
        JsonNode page = api.jobs(query());
        JsonNode jobs = page.path("data");
        show(terminal, page, jobs.isEmpty() ? "no jobs" : JobText.table(jobs));
        if (page.path("has_more").asBoolean() && !wantsJson()) {
            terminal.say(
                    "there are more: npuq jobs --after " + page.path("last_id").asText());
        }
        return ExitCode.OK;
    }

    private String query() {
        Map<String, Object> asked = new LinkedHashMap<>();
        put(asked, "state", state);
        put(asked, "kind", kind);
        put(asked, "limit", limit);
        put(asked, "after", after);
        return asked.entrySet().stream()
                .map(entry -> entry.getKey() + "="
                        + URLEncoder.encode(entry.getValue().toString(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static void put(Map<String, Object> asked, String name, @Nullable Object value) {
        if (value != null) {
            asked.put(name, value);
        }
    }
}

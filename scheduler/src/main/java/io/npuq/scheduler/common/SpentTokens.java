package io.npuq.scheduler.common;

import io.npuq.scheduler.MinuteWindow;
import io.npuq.schema.Evidence;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How many tokens the jobs of each client took that has a limit. On the writer's thread; in memory only, so that a restart forgives
 * the last minute.
 */
public final class SpentTokens {
    private final Map<String, MinuteWindow> byClient = new HashMap<>();

    /** In how many seconds the client may submit again; 0 when it may now. From here on its jobs are counted. */
    public long secondsUntilBelow(Instant now, String client, long limit) {
        return byClient.computeIfAbsent(client, first -> new MinuteWindow())
                .secondsUntilBelow(now.getEpochSecond(), limit);
    }

    /** A job of that client ended. */
    public void spent(Instant now, String client, Evidence evidence) {
        MinuteWindow window = byClient.get(client);
        if (window != null) {
            Integer prompt = evidence.promptTokens();
            Integer completion = evidence.completionTokens();
            window.add(
                    now.getEpochSecond(), (prompt == null ? 0 : prompt) + (long) (completion == null ? 0 : completion));
        }
    }
}

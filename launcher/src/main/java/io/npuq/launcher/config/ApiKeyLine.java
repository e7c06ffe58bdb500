package io.npuq.launcher.config;

import io.npuq.schema.config.ApiKey;
import io.npuq.schema.config.ClientLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** One key as a line of text: {@code NAME sha256:HASH}, then its limits, such as {@code queued_jobs=100}, and {@code admin}. */
final class ApiKeyLine {
    private static final String HASH = "sha256:";
    private static final String ADMIN = "admin";
    private static final String REQUESTS = "requests_per_minute";
    private static final String TOKENS = "tokens_per_minute";
    private static final String JOBS = "queued_jobs";
    private static final String PRIORITY = "priority";
    private static final List<String> LIMITS = List.of(REQUESTS, TOKENS, JOBS, PRIORITY);
    private static final String FORM = "a line must be NAME sha256:HASH, and then may have any of " + REQUESTS + "=N, "
            + TOKENS + "=N, " + JOBS + "=N, " + PRIORITY + "=0..9 and " + ADMIN + ", each once";

    private ApiKeyLine() {}

    static ApiKey parse(String line) throws ConfigException {
        String[] words = line.split("\\s+");
        if (words.length < 2 || !words[1].startsWith(HASH)) {
            throw new ConfigException(FORM);
        }
        Map<String, Long> limits = new HashMap<>();
        boolean admin = false;
        for (String word : List.of(words).subList(2, words.length)) {
            if (word.equals(ADMIN) && !admin) {
                admin = true;
            } else {
                limit(word, limits);
            }
        }
        return new ApiKey(
                words[0],
                words[1].substring(HASH.length()),
                new ClientLimits(
                        most(limits, REQUESTS),
                        most(limits, TOKENS),
                        most(limits, JOBS),
                        limits.getOrDefault(PRIORITY, (long) ClientLimits.NONE.priority())
                                .intValue()),
                admin);
    }

    static String of(ApiKey key) {
        StringBuilder line =
                new StringBuilder(key.name()).append(' ').append(HASH).append(key.sha256());
        key.limits().requestsPerMinute().ifPresent(most -> limit(line, REQUESTS, most));
        key.limits().tokensPerMinute().ifPresent(most -> limit(line, TOKENS, most));
        key.limits().queuedJobs().ifPresent(most -> limit(line, JOBS, most));
        if (key.limits().priority() != ClientLimits.NONE.priority()) {
            limit(line, PRIORITY, key.limits().priority());
        }
        return line.append(key.admin() ? " " + ADMIN : "").toString();
    }

    private static void limit(String word, Map<String, Long> limits) throws ConfigException {
        int equals = word.indexOf('=');
        String name = word.substring(0, Math.max(0, equals));
        String number = word.substring(equals + 1);
        if (!LIMITS.contains(name)
                || !number.matches("[0-9]{1,9}")
                || limits.put(name, Long.parseLong(number)) != null) {
            throw new ConfigException(FORM);
        }
    }

    private static void limit(StringBuilder line, String name, long most) {
        line.append(' ').append(name).append('=').append(most);
    }

    private static OptionalLong most(Map<String, Long> limits, String name) {
        Long most = limits.get(name);
        return most == null ? OptionalLong.empty() : OptionalLong.of(most);
    }
}

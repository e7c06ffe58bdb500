package io.npuq.launcher.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one client knows: which jobs were acknowledged to it, and how it saw them end. One thread at a time. */
final class Ledger {
    private final Set<String> acknowledged = new LinkedHashSet<>();
    private final List<String> open = new ArrayList<>();
    private final Map<String, String> ended = new HashMap<>();
    private final Map<String, String> byKey = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    void acknowledged(String id) {
        if (!acknowledged.add(id)) {
            violations.add(id + " was acknowledged twice");
        }
        open.add(id);
    }

    /** The same key must name the same job each time. */
    void acknowledgedUnder(String key, String id) {
        String before = byKey.putIfAbsent(key, id);
        if (before == null) {
            acknowledged(id);
        } else if (!before.equals(id)) {
            violations.add("key " + key + " made " + before + ", and then " + id);
        }
    }

    /** Takes a job as the server shows it now. */
    void seen(String id, int status, JsonNode job) {
        if (status == 404) {
            violations.add(id + " is lost");
        } else if (Client.isFinal(job)) {
            String before = ended.putIfAbsent(id, essence(job));
            if (before == null) {
                open.remove(id);
            } else if (!before.equals(essence(job))) {
                violations.add(id + " had ended as " + before + ", and now shows " + job);
            }
        } else if (ended.containsKey(id)) {
            violations.add(id + " had ended as " + ended.get(id) + ", and now shows " + job);
        }
    }

    /** Notes an answer that may not be. */
    void violated(String what) {
        violations.add(what);
    }

    Set<String> acknowledged() {
        return acknowledged;
    }

    /** Jobs that it has not seen end. */
    List<String> open() {
        return open;
    }

    List<String> violations() {
        return violations;
    }

    /** What of an ended job may never change. */
    private static String essence(JsonNode job) {
        return job.path("state") + " " + job.path("attempt") + " " + job.path("finished_at") + " " + job.path("error");
    }
}

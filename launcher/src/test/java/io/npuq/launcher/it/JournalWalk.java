package io.npuq.launcher.it;

import io.npuq.scheduler.journal.BodyRef;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.Position;
import io.npuq.scheduler.journal.StoredTexts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a whole journal, frames and chain checked on the way, and tells what in it breaks the queue's promise. */
final class JournalWalk {
    private record Submitted(int segment, BodyRef input) {}

    private final Map<String, Submitted> submitted = new HashMap<>();
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Map<String, Integer> ends = new HashMap<>();
    private final Map<String, Integer> keys = new HashMap<>();
    private final Set<String> keepInput = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private long entries;
    private int recovered;
    private int doubled;

    private JournalWalk() {}

    /** Walks the journal of a data directory that no npuq holds. */
    static JournalWalk of(Path data) throws IOException {
        JournalWalk walk = new JournalWalk();
        Path journal = data.resolve("journal");
        walk.entries = JournalReader.read(journal, (seq, at, line) -> walk.entry(JournalReader.parse(line, at), at));
        try (StoredTexts texts = new StoredTexts(journal, ChannelOpener.REAL)) {
            walk.checkErased(texts);
        }
        return walk;
    }

    long entries() {
        return entries;
    }

    /** How many attempts were given up for a crash. */
    int recovered() {
        return recovered;
    }

    /** How many jobs ended more than once. */
    int doubled() {
        return doubled;
    }

    /** How many idempotency keys made more than one job; keys must not have grown too old. */
    long duplicates() {
        return keys.values().stream().filter(jobs -> jobs > 1).count();
    }

    /** Jobs that ended. */
    int ended() {
        return ends.size();
    }

    boolean hasEnded(String id) {
        return ends.containsKey(id);
    }

    int submittedJobs() {
        return submitted.size();
    }

    List<String> violations() {
        return violations;
    }

    private void entry(Entry entry, Position at) {
        if (entry.job() == null) {
            return;
        }
        String id = entry.job().value();
        Change change = entry.change();
        if (ends.containsKey(id) && !(change instanceof Change.TextsErased)) {
            violations.add(id + " goes on after its end: " + entry);
        }
        if (change instanceof Change.Submitted submit) {
            if (submitted.put(id, new Submitted(at.segment(), submit.input())) != null) {
                violations.add(id + " was submitted twice");
            }
            if (submit.idempotency() != null) {
                keys.merge(submit.idempotency().key(), 1, Integer::sum);
            }
        } else if (change instanceof Change.Started start) {
            int before = attempts.getOrDefault(id, 0);
            expect(entry, start.attempt() == before + 1, "attempts rise by one");
            attempts.put(id, start.attempt());
        } else if (change instanceof Change.Recovered given) {
            recovered++;
            expect(entry, given.attempt() == attempts.getOrDefault(id, 0), "the last attempt is given up");
        } else if (change instanceof Change.Ended end) {
            expect(entry, end.state().isFinal(), "an end is final");
            expect(entry, end.attempt() == attempts.getOrDefault(id, 0), "the last attempt ends the job");
            if (Boolean.TRUE.equals(end.keepsInput())) {
                keepInput.add(id);
            }
            doubled += ends.merge(id, 1, Integer::sum) == 2 ? 1 : 0;
        }
    }

    private void checkErased(StoredTexts texts) throws IOException {
        for (String id : ends.keySet()) {
            Submitted text = submitted.get(id);
            if (text == null) {
                violations.add(id + " ended, but was never submitted");
            } else if (!keepInput.contains(id)
                    && texts.read(text.segment(), text.input()).isPresent()) {
                violations.add("the input of " + id + " is still there");
            }
        }
    }

    private void expect(Entry entry, boolean holds, String rule) {
        if (!holds) {
            violations.add("not so that " + rule + ": " + entry);
        }
    }
}

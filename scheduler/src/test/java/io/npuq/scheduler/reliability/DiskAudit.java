package io.npuq.scheduler.reliability;

import io.npuq.scheduler.journal.BodyRef;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.Position;
import io.npuq.scheduler.journal.StoredTexts;
import io.npuq.schema.JobId;
import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the journal on disk says, read past queue and index: chain, submissions, texts and ends. */
final class DiskAudit {
    private final Map<JobId, Text> inputs = new HashMap<>();
    private final Map<JobId, Integer> ends = new HashMap<>();
    private final List<String> failures = new ArrayList<>();
    private long entries;

    private DiskAudit() {}

    private record Text(int segment, BodyRef ref, Optional<String> read) {}

    /** Reads the journal in the directory; it may be open. */
    static DiskAudit of(Path journal) throws IOException {
        DiskAudit audit = new DiskAudit();
        try (StoredTexts texts = new StoredTexts(journal, ChannelOpener.REAL)) {
            JournalReader.read(
                    journal, (seq, position, line) -> audit.take(JournalReader.parse(line, position), position));
            for (Map.Entry<JobId, Text> input : audit.inputs.entrySet()) {
                input.setValue(audit.read(texts, input.getKey(), input.getValue()));
            }
        } catch (JournalDamagedException e) {
            audit.failures.add("the chain is not intact: " + e.getMessage());
        }
        return audit;
    }

    List<String> failures() {
        return failures;
    }

    long entries() {
        return entries;
    }

    boolean submitted(JobId id) {
        return inputs.containsKey(id);
    }

    int ends(JobId id) {
        return ends.getOrDefault(id, 0);
    }

    boolean inputIs(JobId id, String text) {
        return inputs.get(id).read().filter(text::equals).isPresent();
    }

    /** Texts of the jobs that are none of these; empty for one whose text is erased. */
    List<Optional<String>> others(Set<JobId> known) {
        return inputs.entrySet().stream()
                .filter(input -> !known.contains(input.getKey()))
                .map(input -> input.getValue().read())
                .toList();
    }

    private void take(Entry entry, Position position) {
        entries++;
        if (entry.change() instanceof Change.Submitted submitted) {
            if (inputs.put(entry.job(), new Text(position.segment(), submitted.input(), Optional.empty())) != null) {
                failures.add(entry.job() + " was submitted twice");
            }
        } else if (entry.change() instanceof Change.Ended) {
            ends.merge(entry.job(), 1, Integer::sum);
        }
    }

    private Text read(StoredTexts texts, JobId id, Text text) throws IOException {
        if (ends(id) > 0) {
            return text;
        }
        try {
            Optional<String> read = texts.read(text.segment(), text.ref()).map(DiskAudit::inputOf);
            return new Text(text.segment(), text.ref(), read);
        } catch (JournalDamagedException e) {
            failures.add(id + ": " + e.getMessage());
            return text;
        }
    }

    private static String inputOf(byte[] json) {
        try {
            return Json.MAPPER.readTree(json).path("input").path("text").asText();
        } catch (IOException e) {
            throw new JournalDamagedException("a text is no JSON", e);
        }
    }
}

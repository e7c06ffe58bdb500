package io.npuq.api.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small records, each in a JSON file of its own, by their ids. All are in memory too: looking does not block, changing does.
 *
 * @param <T> the record
 */
final class Shelf<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);
    static final String JSON = ".json";

    private final ConcurrentNavigableMap<String, T> byId = new ConcurrentSkipListMap<>();
    private final Path directory;
    private final Function<T, String> id;

    private Shelf(Path directory, Function<T, String> id) {
        this.directory = directory;
        this.id = id;
    }

    /** The records of this directory, which is made where it is missing. One that cannot be read stays as it is, and is not shown. */
    static <T> Shelf<T> open(Path directory, Class<T> type, Function<T, String> id) throws IOException {
        Files.createDirectories(directory);
        Shelf<T> shelf = new Shelf<>(directory, id);
        for (Path file : SafeFiles.in(directory)) {
            if (file.toString().endsWith(JSON)) {
                shelf.read(file, type);
            } else if (file.toString().endsWith(SafeFiles.NEW)) {
                SafeFiles.erase(file);
            }
        }
        return shelf;
    }

    private void read(Path file, Class<T> type) throws IOException {
        try {
            T read = Json.MAPPER.readValue(Files.readAllBytes(file), type);
            byId.put(id.apply(read), read);
        } catch (JsonProcessingException e) {
            // Not the exception itself: it would show what clients wrote.
            LOG.warn("{} cannot be read, and is left alone: a newer npuq wrote it, or it is damaged", file);
        }
    }

    Path directory() {
        return directory;
    }

    /** Whether there is a record of that id, be it one that cannot be read. */
    boolean holds(String name) {
        return byId.containsKey(name) || Files.exists(file(name));
    }

    int size() {
        return byId.size();
    }

    Optional<T> find(String name) {
        return Optional.ofNullable(byId.get(name));
    }

    /** All of them, the oldest first. */
    List<T> all() {
        return List.copyOf(byId.values());
    }

    /** At most so many that fit, behind that id, the newest first unless they are wanted in the order of time. */
    List<T> page(Optional<String> after, int limit, boolean oldestFirst, Predicate<T> fits) {
        NavigableMap<String, T> inOrder = oldestFirst ? byId : byId.descendingMap();
        return after.map(last -> inOrder.tailMap(last, false)).orElse(inOrder).values().stream()
                .filter(fits)
                .limit(limit)
                .toList();
    }

    /** Puts it on disk, in the place of the one of the same id, and then shows it. */
    void save(T value) throws IOException {
        SafeFiles.write(file(id.apply(value)), Json.MAPPER.writeValueAsBytes(value));
        byId.put(id.apply(value), value);
    }

    /** Shows it, without putting it on disk: for what is found again after a crash. */
    void show(T value) {
        byId.put(id.apply(value), value);
    }

    void remove(String name) throws IOException {
        byId.remove(name);
        SafeFiles.erase(file(name));
    }

    private Path file(String name) {
        return directory.resolve(name + JSON);
    }
}

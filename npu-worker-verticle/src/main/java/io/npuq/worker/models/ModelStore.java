package io.npuq.worker.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.npuq.schema.Sha256;
import io.npuq.worker.models.ModelException.Reason;
import io.npuq.worker.setup.ModelCard;
import io.npuq.worker.setup.ModelName;
import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The models in npuq's directory. Each is there whole or not at all; one that a lane runs is neither replaced nor deleted. */
public final class ModelStore {
    private static final String MODEL_XML = "openvino_model.xml";
    private static final ObjectMapper LENIENT = new ObjectMapper();

    private final Places places;
    private final Predicate<Path> inUse;
    private final Map<Path, Remembered> facts = new ConcurrentHashMap<>();

    /** A model's facts take a parse of its graph: they are read again only when its files are others. */
    private record Remembered(Instant modified, long bytes, ModelFacts facts) {}

    /**
     * The store of that directory.
     *
     * @param inUse whether a lane runs the model in a directory
     */
    public ModelStore(NpuqHome home, Predicate<Path> inUse) {
        this.places = new Places(home);
        this.inUse = inUse;
    }

    /** Every model, by name. */
    public List<StoredModel> list() throws ModelException {
        if (!Files.isDirectory(places.models())) {
            return List.of();
        }
        try (Stream<Path> directories = Files.list(places.models())) {
            List<StoredModel> models = new ArrayList<>();
            for (Path directory : directories.toList()) {
                Optional<ModelName> name =
                        ModelName.ofDirectory(directory.getFileName().toString());
                if (name.isPresent()) {
                    find(name.get()).ifPresent(models::add);
                }
            }
            models.sort(Comparator.comparing(StoredModel::name));
            return List.copyOf(models);
        } catch (IOException e) {
            throw Pull.disk("list " + places.models(), e);
        }
    }

    /** The model of that name. */
    public Optional<StoredModel> find(ModelName name) throws ModelException {
        return at(places.of(name), name.value());
    }

    /**
     * The model in a directory, which need not be one of npuq's.
     *
     * @param name what it is called
     */
    public Optional<StoredModel> at(Path dir, String name) throws ModelException {
        if (!Files.isRegularFile(dir.resolve(MODEL_XML))) {
            return Optional.empty();
        }
        try (Stream<Path> found = Files.walk(dir)) {
            long bytes = 0;
            Instant modified = Instant.EPOCH;
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
                FileTime time = Files.getLastModifiedTime(file);
                modified = time.toInstant().isAfter(modified) ? time.toInstant() : modified;
            }
            return Optional.of(read(name, dir, bytes, modified));
        } catch (IOException | UncheckedIOException e) {
            if (!Files.exists(dir)) {
                return Optional.empty(); // deleted meanwhile
            }
            throw Pull.disk("read " + dir, e instanceof IOException io ? io : new IOException(e));
        }
    }

    private StoredModel read(String name, Path dir, long bytes, Instant modified) throws IOException {
        Path card = dir.resolve(ModelCard.FILE);
        byte[] content = Files.exists(card) ? Files.readAllBytes(card) : new byte[0];
        Optional<String> source = content.length == 0 ? Optional.empty() : source(content);
        Remembered known = facts.get(dir);
        if (known == null || known.bytes() != bytes || !known.modified().equals(modified)) {
            known = new Remembered(modified, bytes, ModelFacts.read(dir, source));
            facts.put(dir, known);
        }
        Optional<String> digest = content.length == 0 ? Optional.empty() : Optional.of(Sha256.hex(content));
        return new StoredModel(name, dir, bytes, modified, digest, source, known.facts());
    }

    private static Optional<String> source(byte[] card) {
        try {
            JsonNode source = LENIENT.readTree(card).path("source");
            return source.isTextual() ? Optional.of(source.textValue()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Deletes a model.
     *
     * @throws ModelException {@code NOT_FOUND}, or {@code IN_USE}: then it is still there
     */
    public synchronized void delete(ModelName name) throws ModelException {
        Path dir = existing(name);
        checkFree(name, "deleted");
        try {
            Path aside = places.aside(name);
            Files.move(dir, aside, StandardCopyOption.ATOMIC_MOVE);
            Trees.delete(aside);
            facts.remove(dir);
        } catch (IOException e) {
            throw Pull.disk("delete " + dir, e);
        }
    }

    /**
     * Gives a model a second name. Its files are linked, where the disk can, and take no room then.
     *
     * @throws ModelException {@code NOT_FOUND}, or {@code EXISTS} when the new name is taken
     */
    public synchronized void copy(ModelName from, ModelName to) throws ModelException {
        Path source = existing(from);
        Path target = places.of(to);
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new ModelException(
                    Reason.EXISTS, "there is a model \"" + to + "\" already; delete it first, or choose another name");
        }
        try {
            Path aside = Files.createDirectories(places.aside(to));
            copyTree(source, aside);
            Trees.sync(aside);
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Pull.disk("copy " + source + " to " + target, e);
        }
    }

    private static void copyTree(Path source, Path target) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(source)) {
            files = found.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path copy = target.resolve(source.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            try {
                Files.createLink(copy, file);
            } catch (IOException | UnsupportedOperationException e) {
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /** Puts a finished directory in its place, and what was there before away. */
    synchronized void publish(Path partial, ModelName name) throws ModelException, IOException {
        checkMayReplace(name);
        Path dir = places.of(name);
        if (Files.exists(dir, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(dir, places.aside(name), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(partial, dir, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A pull replaces what a pull made, while no lane runs it; never what someone else put there. */
    void checkMayReplace(ModelName name) throws ModelException {
        Path dir = places.of(name);
        if (!Files.exists(dir, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.exists(dir.resolve(ModelCard.FILE))) {
            throw new ModelException(
                    Reason.EXISTS,
                    dir + " was not made by npuq, which wants to put \"" + name
                            + "\" there: move it away, or use it as it" + " is with --model");
        }
        checkFree(name, "replaced by the hub's newer one");
    }

    private void checkFree(ModelName name, String fate) throws ModelException {
        if (inUse.test(places.of(name))) {
            throw new ModelException(
                    Reason.IN_USE,
                    "\"" + name + "\" is the model of a lane and cannot be " + fate
                            + "; change to another model first (POST /v1/models/reload)");
        }
    }

    private Path existing(ModelName name) throws ModelException {
        Path dir = places.of(name);
        if (!Files.isRegularFile(dir.resolve(MODEL_XML))) {
            throw new ModelException(
                    Reason.NOT_FOUND, "model \"" + name + "\" not found; npuq models lists those that are there");
        }
        return dir;
    }

    Places places() {
        return places;
    }
}

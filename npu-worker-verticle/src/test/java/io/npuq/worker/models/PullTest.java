package io.npuq.worker.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.worker.models.ModelException.Reason;
import io.npuq.worker.models.PullProgress.Stage;
import io.npuq.worker.setup.ModelName;
import io.npuq.worker.setup.NpuqHome;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PullTest {
    private static final String REPOSITORY = "acme/tiny-1.5B-int4-ov";
    private static final ModelName NAME = new ModelName(REPOSITORY);
    private static final String WEIGHTS = "openvino_model.bin";
    private static final int MEGABYTE = 1 << 20;
    private static final int WEIGHT_BYTES = 3 * MEGABYTE;

    @TempDir
    Path dir;

    TinyHub hub;
    NpuqHome home;
    Set<Path> inUse = ConcurrentHashMap.newKeySet();
    ModelStore store;
    List<PullProgress> progress = new CopyOnWriteArrayList<>();

    @BeforeEach
    void startHub() throws IOException {
        hub = new TinyHub().model(REPOSITORY, WEIGHT_BYTES);
        home = new NpuqHome(dir.resolve("home"));
        store = new ModelStore(home, inUse::contains);
    }

    @AfterEach
    void stopHub() {
        hub.close();
    }

    @Test
    void everyFileArrivesAndTheModelTellsWhatItIs() throws Exception {
        StoredModel model = pull();

        assertEquals(home.models().resolve("acme--tiny-1.5B-int4-ov"), model.path());
        assertEquals(WEIGHT_BYTES, Files.size(model.path().resolve(WEIGHTS)));
        assertEquals(List.of(model), store.list());
        assertEquals(Optional.of("qwen2"), model.facts().family());
        assertEquals(Optional.of("Qwen2ForCausalLM"), model.facts().architecture());
        assertEquals(Optional.of("1.5B"), model.facts().parameters());
        assertEquals(2048, model.facts().contextLength().getAsInt());
        assertEquals(ModelKind.LLM, model.facts().kind());
        assertEquals(Optional.of(REPOSITORY), model.source());
        byte[] card = Files.readAllBytes(model.path().resolve("npuq-model.json"));
        assertEquals(Optional.of(TinyHub.hash("SHA-256", card)), model.digest());
        assertTrue(new String(card, StandardCharsets.UTF_8)
                .contains(
                        TinyHub.hash("SHA-256", Files.readAllBytes(model.path().resolve(WEIGHTS)))));
        assertEquals(
                List.of(Stage.LISTING, Stage.FETCHING, Stage.VERIFYING, Stage.WRITING, Stage.DONE),
                progress.stream()
                        .filter(event -> event.file().isEmpty())
                        .map(PullProgress::stage)
                        .toList());
        assertFalse(Files.exists(model.path().resolve("model.safetensors")), "weights in another form are left there");
        assertFalse(Files.exists(store.places().unfinished(NAME)));
    }

    @Test
    void tokenIsForTheHubAloneAndNotForTheStoreBehindIt() throws Exception {
        hub.gate("hf_secret");

        ModelException refused = failure(pulls(Optional.empty()));
        assertEquals(Reason.DENIED, refused.reason());
        assertTrue(refused.getMessage().contains("HF_TOKEN"), refused.getMessage());

        assertEquals(
                REPOSITORY,
                join(pulls(Optional.of("hf_secret")).pull(NAME, progress::add)).name());
        assertEquals(List.of(), hub.storeTokens());
    }

    @Test
    void brokenConnectionGoesOnWhereItBroke() throws Exception {
        TinyHub.Hold hold = hub.hold(WEIGHTS, 2 * MEGABYTE, true);
        CountDownLatch some = new CountDownLatch(1);
        Pulling pulling = pulls().pull(NAME, weightsBeyond(MEGABYTE, some));
        some.await();
        hold.release().countDown();

        assertEquals(WEIGHT_BYTES, Files.size(join(pulling).path().resolve(WEIGHTS)));
        assertTrue(weightsResumedFrom() >= MEGABYTE, hub.transfers()::toString);
    }

    @Test
    void transferThatBringsNothingIsBegunAnew() throws Exception {
        TinyHub.Hold unused = hub.hold(WEIGHTS, MEGABYTE, false);
        HubSettings impatient =
                new HubSettings(URI.create(hub.url()), Optional.empty(), Duration.ofMillis(1), Duration.ofMillis(100));

        StoredModel model = join(new Pulls(store, Catalogue.standard(), impatient).pull(NAME, progress::add));

        assertEquals(WEIGHT_BYTES, Files.size(model.path().resolve(WEIGHTS)));
        unused.release().countDown();
    }

    @Test
    void otherContentThanPromisedIsDeletedAndNothingGetsTheName() throws Exception {
        hub.corrupt(WEIGHTS, new byte[WEIGHT_BYTES]);

        ModelException failure = failure(pulls());

        assertEquals(Reason.DAMAGED, failure.reason());
        assertTrue(failure.getMessage().contains(WEIGHTS), failure.getMessage());
        assertEquals(List.of(), store.list());
        try (Stream<Path> left = Files.walk(store.places().unfinished(NAME))) {
            assertTrue(left.noneMatch(file -> file.endsWith(WEIGHTS)));
        }
    }

    @Test
    void smallFilesAreCheckedToo() throws Exception {
        hub.corrupt("openvino_model.xml", TinyHub.text("<bet/>"));

        assertEquals(Reason.DAMAGED, failure(pulls()).reason());
    }

    @Test
    void partThatWentBadOnDiskIsFetchedAnew() throws Exception {
        cancelInMidPull();
        Path part = onlyPart();
        byte[] bytes = Files.readAllBytes(part);
        bytes[100] ^= 1;
        Files.write(part, bytes);

        assertEquals(WEIGHT_BYTES, Files.size(pull().path().resolve(WEIGHTS)));
    }

    @Test
    void busyHubIsAskedAgain() throws Exception {
        hub.fail("/api/models/" + REPOSITORY, 429, 503, 500);

        assertEquals(REPOSITORY, pull().name());
        assertEquals(4, hub.lists());
        assertTrue(progress.stream().anyMatch(event -> event.note().orElse("").contains("answered 429")));
    }

    @Test
    void hubThatStaysDownIsGivenUp() throws Exception {
        hub.fail("/api/models/" + REPOSITORY, 503, 503, 503, 503, 503, 503, 503, 503);

        ModelException failure = failure(pulls());

        assertEquals(Reason.UNREACHABLE, failure.reason());
        assertEquals(6, hub.lists());
    }

    @Test
    void unreachableHubIsNamed() throws Exception {
        hub.close();

        ModelException failure = failure(pulls());

        assertEquals(Reason.UNREACHABLE, failure.reason());
        assertTrue(failure.getMessage().contains("cannot be reached"), failure.getMessage());
    }

    @Test
    void modelThatTheHubDoesNotHaveIsSaid() throws Exception {
        CompletableFuture<StoredModel> done =
                pulls().pull(new ModelName("acme/none"), progress::add).done().toCompletableFuture();

        ModelException failure = cause(done);

        assertEquals(Reason.NOT_FOUND, failure.reason());
        assertTrue(failure.getMessage().contains("acme/none"), failure.getMessage());
    }

    @Test
    void nameOfNoCatalogueAndNoRepositoryIsRefusedAtOnce() {
        ModelException failure =
                assertThrows(ModelException.class, () -> pulls().pull(new ModelName("phi-99"), progress::add));

        assertEquals(Reason.NOT_FOUND, failure.reason());
        assertEquals(0, hub.lists());
    }

    @Test
    void tooLittleDiskIsSaidBeforeAnyFileIsFetched() throws Exception {
        hub.declare(WEIGHTS, 1L << 60);

        ModelException failure = failure(pulls());

        assertEquals(Reason.DISK, failure.reason());
        assertTrue(failure.getMessage().contains("MB of free disk"), failure.getMessage());
        assertEquals(List.of(), hub.transfers());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.json",
                "a/../../evil.json",
                "/etc/evil.json",
                "a//evil.json",
                "..\\evil.json",
                "c:\\evil.json",
                "con",
                "a/nul.json",
                "evil.json ",
                "./evil.json",
                "evil\n.json"
            })
    void fileNameThatLeadsElsewhereEndsThePullBeforeItBegins(String name) throws Exception {
        hub.put(REPOSITORY, name, TinyHub.text("evil"));

        assertEquals(Reason.DAMAGED, failure(pulls()).reason());
        assertEquals(List.of(), hub.transfers());
    }

    @Test
    void repositoryOfAnotherFormIsRefusedBeforeItIsFetched() throws Exception {
        hub.put("acme/torch", "model.safetensors", new byte[10]).put("acme/torch", "config.json", TinyHub.text("{}"));

        ModelException failure = cause(
                pulls().pull(new ModelName("acme/torch"), progress::add).done().toCompletableFuture());

        assertEquals(Reason.UNSUITABLE, failure.reason());
        assertTrue(failure.getMessage().contains("openvino_model.xml"), failure.getMessage());
        assertEquals(List.of(), hub.transfers());
    }

    @Test
    void catalogueNameBringsTheFilesThatItsRepositoryLacks() throws Exception {
        hub.put("acme/base", "modules.json", TinyHub.text("[]"))
                .put("acme/base", "1_Pooling/config.json", TinyHub.text("{}"));
        hub.put("acme/base", "pytorch_model.bin", new byte[5_000]);
        CatalogueEntry entry = new CatalogueEntry(
                "tiny",
                List.of("tiny:1b"),
                ModelKind.LLM,
                REPOSITORY,
                null,
                "1B",
                "INT4",
                List.of("CPU"),
                new CatalogueEntry.Companion("acme/base", List.of("modules.json", "1_Pooling/config.json")));

        StoredModel model = join(new Pulls(store, new Catalogue(List.of(entry)), settings(Optional.empty()))
                .pull(ModelName.parse("tiny:1b"), progress::add));

        assertEquals("tiny", model.name());
        assertEquals("[]", Files.readString(model.path().resolve("modules.json")));
        assertEquals("{}", Files.readString(model.path().resolve("1_Pooling/config.json")));
        assertFalse(Files.exists(model.path().resolve("pytorch_model.bin")));
    }

    @Test
    void killedInMidPullTheNextOneGoesOnWithTheRest() throws Exception {
        TinyHub.Hold hold = hub.hold(WEIGHTS, 2 * MEGABYTE, true);
        Process other = inOtherJvm();
        hold.arrived().await();
        awaitPart(MEGABYTE);
        other.destroyForcibly();
        other.waitFor();
        hold.release().countDown();

        assertEquals(WEIGHT_BYTES, Files.size(pull().path().resolve(WEIGHTS)));
        assertTrue(weightsResumedFrom() >= MEGABYTE, hub.transfers()::toString);
        assertFalse(Files.exists(store.places().unfinished(NAME)));
    }

    @Test
    void otherProcessIsWaitedForAndItsModelTaken() throws Exception {
        TinyHub.Hold hold = hub.hold(WEIGHTS, MEGABYTE, false);
        Process other = inOtherJvm();
        hold.arrived().await();
        CountDownLatch waits = new CountDownLatch(1);
        Pulling pulling = pulls().pull(NAME, event -> {
            if (event.note().orElse("").contains("process " + other.pid() + " is pulling")) {
                waits.countDown();
            }
        });
        waits.await();
        hold.release().countDown();

        assertEquals(REPOSITORY, join(pulling).name());
        assertEquals(0, other.waitFor());
        assertEquals(
                2, hub.transfers().stream().filter(t -> t.startsWith(WEIGHTS)).count(), "hub and store, once");
    }

    @Test
    void twoWhoWantTheSameShareOnePull() throws Exception {
        TinyHub.Hold hold = hub.hold(WEIGHTS, 2 * MEGABYTE, false);
        Pulls pulls = pulls();
        CountDownLatch some = new CountDownLatch(1);
        Pulling first = pulls.pull(NAME, weightsBeyond(MEGABYTE, some));
        some.await();
        Pulling second = pulls.pull(NAME, progress::add);

        assertTrue(
                progress.stream()
                        .flatMap(event -> event.file().stream())
                        .anyMatch(file -> file.path().equals(WEIGHTS) && file.completed() >= MEGABYTE),
                "who comes later hears how it stands");
        first.cancel();
        hold.release().countDown();
        assertEquals(REPOSITORY, join(second).name());
        assertEquals(1, hub.lists());
    }

    @Test
    void whatNobodyWantsAnyMoreEndsAndIsKeptForLater() throws Exception {
        cancelInMidPull();

        assertEquals(List.of(), store.list());
        assertTrue(Files.size(onlyPart()) >= MEGABYTE);
        assertEquals(REPOSITORY, pull().name());
        assertTrue(weightsResumedFrom() >= MEGABYTE, hub.transfers()::toString);
    }

    @Test
    void modelThatIsUpToDateIsOnlyLookedUp() throws Exception {
        StoredModel first = pull();
        int transfers = hub.transfers().size();

        assertEquals(first, pull());
        assertEquals(transfers, hub.transfers().size());
    }

    @Test
    void newerCommitTakesThePlaceUnlessALaneRunsTheOldOne() throws Exception {
        StoredModel old = pull();
        hub.put(REPOSITORY, "config.json", TinyHub.text("{\"model_type\":\"qwen9\"}"));
        inUse.add(old.path());

        ModelException refused = failure(pulls());
        assertEquals(Reason.IN_USE, refused.reason());
        assertEquals(Optional.of(old), store.find(NAME));

        inUse.clear();
        assertEquals(Optional.of("qwen9"), pull().facts().family());
        assertFalse(Files.exists(store.places().unfinished(NAME)));
    }

    @Test
    void directoryOfSomeoneElseIsNeverReplaced() throws Exception {
        Path mine = Files.createDirectories(store.places().of(NAME));
        Files.writeString(mine.resolve("mine.txt"), "mine");

        assertEquals(Reason.EXISTS, failure(pulls()).reason());
        assertEquals("mine", Files.readString(mine.resolve("mine.txt")));
    }

    private Pulls pulls() {
        return pulls(Optional.empty());
    }

    private Pulls pulls(Optional<String> token) {
        return new Pulls(store, Catalogue.standard(), settings(token));
    }

    private HubSettings settings(Optional<String> token) {
        return new HubSettings(URI.create(hub.url()), token, Duration.ofMillis(1), Duration.ofSeconds(60));
    }

    private StoredModel pull() throws Exception {
        return join(pulls().pull(NAME, progress::add));
    }

    private static StoredModel join(Pulling pulling) throws Exception {
        return pulling.done().toCompletableFuture().get();
    }

    private ModelException failure(Pulls pulls) throws Exception {
        return cause(pulls.pull(NAME, progress::add).done().toCompletableFuture());
    }

    private static ModelException cause(CompletableFuture<StoredModel> done) {
        ExecutionException failure = assertThrows(ExecutionException.class, done::get);
        return (ModelException) failure.getCause();
    }

    /** Hears when more than so many bytes of the weights are there. */
    private static Consumer<PullProgress> weightsBeyond(long bytes, CountDownLatch there) {
        return event -> {
            if (event.file().isPresent()
                    && event.file().get().path().equals(WEIGHTS)
                    && event.file().get().completed() >= bytes) {
                there.countDown();
            }
        };
    }

    private void cancelInMidPull() throws Exception {
        TinyHub.Hold hold = hub.hold(WEIGHTS, 2 * MEGABYTE, true);
        CountDownLatch some = new CountDownLatch(1);
        Pulling pulling = pulls().pull(NAME, weightsBeyond(MEGABYTE, some));
        some.await();
        pulling.cancel();
        assertEquals(
                Reason.CANCELLED, cause(pulling.done().toCompletableFuture()).reason());
        hold.release().countDown();
    }

    private Path onlyPart() throws IOException {
        try (Stream<Path> found = Files.walk(store.places().unfinished(NAME))) {
            return found.filter(file -> file.endsWith(WEIGHTS)).findFirst().orElseThrow();
        }
    }

    /** The other process tells nothing: its file does. */
    private void awaitPart(long bytes) throws IOException {
        long limit = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (Files.size(onlyPart()) < bytes) {
            assertTrue(System.nanoTime() < limit, "the other process wrote nothing");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private long weightsResumedFrom() {
        return hub.transfers().stream()
                .filter(transfer -> transfer.startsWith(WEIGHTS + " "))
                .mapToLong(transfer -> Long.parseLong(transfer.replaceAll("[^0-9]", "")))
                .max()
                .orElse(0);
    }

    /** The same pull in a JVM of its own, which {@link Process#destroyForcibly} kills as {@code kill -9} does. */
    private Process inOtherJvm() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PullTest.class.getName(),
                        home.dir().toString(),
                        REPOSITORY)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("other-jvm.txt").toFile());
        builder.environment().putAll(Map.of("HF_ENDPOINT", hub.url()));
        return builder.start();
    }

    /** Pulls, in a JVM of its own: the home, and the repository. */
    public static void main(String[] arguments) throws Exception {
        ModelStore store = new ModelStore(new NpuqHome(Path.of(arguments[0])), path -> false);
        join(new Pulls(store, Catalogue.standard(), HubSettings.of(System.getenv()))
                .pull(ModelName.parse(arguments[1]), event -> {}));
    }
}

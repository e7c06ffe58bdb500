package io.npuq.worker.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BusyCounterTest {
    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @CsvSource({"0, 0", "'12345\n', 12345", "' 77 ', 77", "9223372036854775807, 9223372036854775807"})
    void oneIntegerIsRead(String content, long us) throws IOException {
        assertEquals(OptionalLong.of(us), counter(content).readUs());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "-5", "+5", "1.5", "12 13", "0x10", "busy", "9223372036854775808", "1\n2"})
    void whatIsNotOneIntegerIsNoReading(String content) throws IOException {
        assertEquals(OptionalLong.empty(), counter(content).readUs());
    }

    @Test
    void aFileThatIsTooLongIsNoCounter() throws IOException {
        assertEquals(OptionalLong.empty(), counter("1" + " ".repeat(100) + "2").readUs());
    }

    @Test
    void aMissingFileAndADirectoryAreNoReadings() {
        assertEquals(
                OptionalLong.empty(),
                BusyCounter.of(Optional.of(directory.resolve("none"))).readUs());
        assertEquals(
                OptionalLong.empty(), BusyCounter.of(Optional.of(directory)).readUs());
    }

    @Test
    void theFirstAcceleratorWithACounterIsFoundAlsoWhenItComesLater() throws IOException {
        BusyCounter counter = BusyCounter.below(directory.resolve("accel"));
        assertEquals(OptionalLong.empty(), counter.readUs());
        Files.createDirectories(directory.resolve("accel/accel0/device"));
        accelerator("accel2", "22");
        accelerator("accel1", "11");
        assertEquals(OptionalLong.of(11), counter.readUs());
    }

    @ParameterizedTest
    @CsvSource({"100, 175, 75", "100, 100, 0", "100, 99, ", ", 100, ", "100, , ", ", , "})
    void growthIsKnownOnlyWhereBothSidesAreAndItDidNotJumpBack(
            @Nullable Long before, @Nullable Long after, @Nullable Long growth) {
        BusyCounter counter = BusyCounter.below(directory);
        assertEquals(optional(growth), counter.growthUs(optional(before), optional(after)));
    }

    private static OptionalLong optional(@Nullable Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private void accelerator(String name, String busy) throws IOException {
        Path device =
                Files.createDirectories(directory.resolve("accel").resolve(name).resolve("device"));
        Files.writeString(device.resolve("npu_busy_time_us"), busy);
    }

    private BusyCounter counter(String content) throws IOException {
        return BusyCounter.of(Optional.of(Files.writeString(directory.resolve("counter"), content)));
    }
}

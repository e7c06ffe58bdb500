package io.npuq.launcher.command;

import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.config.Settings;
import io.npuq.schema.config.StoreConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a command finds the request log.
 *
 * @param data the data directory
 * @param store the store that hosts share, where the queue is kept in one; then the directory does not matter
 */
record LogPlace(Path data, Optional<StoreConfig> store) {
    /** What flags, environment and file say; a directory that the command line names wins over a store that it does not. */
    static LogPlace of(ConfigOptions options, Configuration configuration) throws CommandFailedException {
        boolean directoryIsGiven = options.isGiven(Settings.DATA);
        if (directoryIsGiven && options.isGiven(Settings.STORE)) {
            throw new CommandFailedException(
                    ExitCode.INVALID_INPUT, "--data and --store exclude each other: name the one that has the log");
        }
        return new LogPlace(
                configuration.npuq().queue().dataDir(),
                directoryIsGiven ? Optional.empty() : configuration.npuq().store());
    }

    /** For messages. */
    @Override
    public String toString() {
        return store.isPresent() ? store.get().url() : data.toString();
    }
}

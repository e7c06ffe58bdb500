package io.npuq.smoke;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Who listens on this machine, by the word of {@code ss}. */
final class Listeners {
    private Listeners() {}

    /** What {@code ss} says of listeners on this TCP port: nothing when there is none; empty where there is no {@code ss}. */
    static Optional<String> on(int port) throws InterruptedException {
        try {
            Process ss = new ProcessBuilder("ss", "-H", "-l", "-t", "-n", "sport", "=", ":" + port)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String lines = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return ss.waitFor() == 0 ? Optional.of(lines) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

package io.npuq.launcher.child;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a child says on standard error, read to its end so that it never blocks. */
final class ErrorLines {
    private static final Pattern ADDRESS = Pattern.compile("npuq is serving at (\\S+) .*");

    private final CompletableFuture<URI> address = new CompletableFuture<>();
    private final CompletableFuture<String> last = new CompletableFuture<>();
    private final Consumer<String> say;

    private ErrorLines(Consumer<String> say) {
        this.say = say;
    }

    static ErrorLines follow(Process process, Consumer<String> say) {
        ErrorLines lines = new ErrorLines(say);
        Thread reader = new Thread(() -> lines.read(process.errorReader(StandardCharsets.UTF_8)), "child-lines");
        reader.setDaemon(true);
        reader.start();
        return lines;
    }

    /** Where the child listens, once it says so. */
    URI address() throws IOException, InterruptedException {
        try {
            return address.get();
        } catch (ExecutionException e) {
            throw new IOException(why(e), e);
        }
    }

    /** Its last line; waits for its end. */
    String last() throws InterruptedException {
        try {
            return last.get();
        } catch (ExecutionException e) {
            return why(e);
        }
    }

    private static String why(ExecutionException e) {
        Throwable cause = e.getCause();
        return String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
    }

    private void read(BufferedReader lines) {
        String latest = "";
        try (lines) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                latest = line;
                Matcher said = ADDRESS.matcher(line);
                if (said.matches()) {
                    address.complete(URI.create(said.group(1)));
                }
                say.accept(line);
            }
        } catch (IOException e) {
            last.completeExceptionally(e);
            address.completeExceptionally(e);
        }
        last.complete(latest);
        address.completeExceptionally(new IOException("the server ended before it served: " + latest));
    }
}

package io.npuq.worker.setup;

import io.npuq.schema.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model is called: {@code name}, {@code name:tag} or {@code org/repo}, each also with both. In npuq's directory it is one directory
 * below {@code models}, where {@code --} stands for the slash and {@code +} for the colon, which no file system of Windows takes.
 *
 * @param value without {@code :latest}, and without the hub's own name in front
 */
public record ModelName(String value) {
    /** Of the directory's name, in characters. */
    private static final int CHARS_MAX = 200;

    private static final String PART = "[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?";
    private static final Pattern FORM = Pattern.compile("(?:(" + PART + ")/)?(" + PART + ")(?::(" + PART + "))?");
    private static final Pattern HUB = Pattern.compile("^(?:hf\\.co|huggingface\\.co)/");
    private static final String LATEST = ":latest";

    /** Windows takes these for devices, whatever follows behind a dot. */
    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul", "conin$", "conout$");

    private static final Pattern PORT = Pattern.compile("(?:com|lpt)[0-9]");

    /** Refuses what is no name. The message does not repeat it: it comes from anywhere. */
    public ModelName {
        if (!isName(value)) {
            throw new InvalidInputException(
                    "model",
                    "a model's name is \"name\", \"name:tag\" or \"org/repo\", of letters, digits, \".\", \"_\" and \"-\" (no \"..\","
                            + " no \"--\"), at most " + CHARS_MAX + " characters");
        }
    }

    /**
     * Reads a name as people and clients write it.
     *
     * @throws InvalidInputException when it is none
     */
    public static ModelName parse(String given) {
        return new ModelName(shortened(given));
    }

    /** The model of a directory's name below {@code models}; empty for one that no name gives. */
    public static Optional<ModelName> ofDirectory(String directory) {
        String value = directory.replace("--", "/").replace('+', ':');
        return isName(value) && encoded(value).equals(directory) ? Optional.of(new ModelName(value)) : Optional.empty();
    }

    /**
     * Where a model lies that the user names: one of npuq's, else a directory anywhere.
     *
     * @throws java.nio.file.InvalidPathException when it can be neither
     */
    public static Optional<Path> locate(NpuqHome home, String model) {
        String name = shortened(model);
        Path named = home.models().resolve(isName(name) ? encoded(name) : model);
        Path dir = Files.isDirectory(named) ? named : Path.of(model).toAbsolutePath();
        return Files.isDirectory(dir) ? Optional.of(dir) : Optional.empty();
    }

    /** Its directory's name. */
    public String directory() {
        return encoded(value);
    }

    /** Whether a hub may have a repository of that name. */
    public boolean isRepository() {
        return value.indexOf('/') > 0 && value.indexOf(':') < 0;
    }

    @Override
    public String toString() {
        return value;
    }

    private static String shortened(String given) {
        String name = HUB.matcher(given).replaceFirst("");
        return name.endsWith(LATEST) ? name.substring(0, name.length() - LATEST.length()) : name;
    }

    private static String encoded(String value) {
        return value.replace("/", "--").replace(':', '+');
    }

    private static boolean isName(String value) {
        Matcher form = FORM.matcher(value);
        if (value.length() > CHARS_MAX || !form.matches() || value.contains("--") || value.contains("..")) {
            return false;
        }
        String first = encoded(value).split("[.]", 2)[0].toLowerCase(Locale.ROOT);
        return encoded(value).length() <= CHARS_MAX
                && !DEVICES.contains(first)
                && !PORT.matcher(first).matches();
    }
}

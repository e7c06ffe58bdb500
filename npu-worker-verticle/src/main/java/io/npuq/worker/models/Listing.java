package io.npuq.worker.models;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.worker.models.FileHash.Algorithm;
import io.npuq.worker.models.ModelException.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a repository holds, at one commit: whatever changes on the hub meanwhile, a pull gets files that belong together.
 *
 * @param repository on the hub
 * @param commit its newest when the list was made
 * @param files those that a model may need
 */
record Listing(String repository, String commit, List<RemoteFile> files) {
    private static final int FILES_MAX = 1_000;
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /**
     * From the hub's answer.
     *
     * @throws ModelException when it is not such an answer, or a file's name, size or hash is none
     */
    static Listing read(String repository, JsonNode answer) throws ModelException {
        String commit = answer.path("sha").asText();
        JsonNode siblings = answer.path("siblings");
        if (!COMMIT.matcher(commit).matches() || !siblings.isArray()) {
            throw new ModelException(
                    Reason.UNREACHABLE,
                    "what answers for the hub sent no list of " + repository + "'s files; check HF_ENDPOINT");
        }
        if (siblings.size() > FILES_MAX) {
            throw new ModelException(
                    Reason.UNSUITABLE, repository + " has more than " + FILES_MAX + " files: it is no single model");
        }
        List<RemoteFile> files = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode file : siblings) {
            String path = file.path("rfilename").asText();
            RemoteFile.checkPath(path);
            if (RemoteFile.isNeeded(path)) {
                checkNew(names.add(path.toLowerCase(Locale.ROOT)), repository);
                files.add(new RemoteFile(repository, commit, path, bytes(file, repository), hash(file, repository)));
            }
        }
        return new Listing(repository, commit, List.copyOf(files));
    }

    /** Some systems take names for one that differ in case only. */
    private static void checkNew(boolean isNew, String repository) throws ModelException {
        if (!isNew) {
            throw new ModelException(
                    Reason.UNSUITABLE, repository + " has two files whose names differ in nothing but case");
        }
    }

    private static long bytes(JsonNode file, String repository) throws ModelException {
        JsonNode size = file.path("lfs").has("size") ? file.path("lfs").path("size") : file.path("size");
        if (!size.isIntegralNumber() || !size.canConvertToLong() || size.longValue() < 0) {
            throw new ModelException(Reason.DAMAGED, "the hub names no size for a file of " + repository);
        }
        return size.longValue();
    }

    private static FileHash hash(JsonNode file, String repository) throws ModelException {
        JsonNode large = file.path("lfs");
        if (large.isObject()) {
            JsonNode sha256 = large.has("sha256") ? large.path("sha256") : large.path("oid");
            return FileHash.of(Algorithm.SHA256, sha256.asText());
        }
        if (!file.path("blobId").isTextual()) {
            throw new ModelException(
                    Reason.DAMAGED, "the hub names no hash for a file of " + repository + ", so it cannot be checked");
        }
        return FileHash.of(Algorithm.GIT_BLOB, file.path("blobId").textValue());
    }
}

package io.npuq.worker.models;

import io.npuq.worker.models.ModelException.Reason;
import io.npuq.worker.setup.ModelName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a pull fetches.
 *
 * @param name under which the model is kept
 * @param repository where it comes from
 * @param commit of that repository
 * @param files all of them, the largest first
 * @param fingerprint changes with every commit that has a part in it
 */
record Plan(ModelName name, String repository, String commit, List<RemoteFile> files, String fingerprint) {
    private static final List<String> WANTED =
            List.of("openvino_model.xml", "openvino_model.bin", "openvino_tokenizer.xml", "openvino_tokenizer.bin");

    /**
     * Out of the lists of files.
     *
     * @param companion the list of the repository that has what the first one lacks
     * @throws ModelException {@code UNSUITABLE} when that is no model in OpenVINO's form
     */
    static Plan of(
            ModelName name, Listing listing, Optional<Listing> companion, Optional<CatalogueEntry.Companion> lacked)
            throws ModelException {
        List<RemoteFile> files = new ArrayList<>(listing.files());
        List<String> missing =
                WANTED.stream().filter(wanted -> !has(files, wanted)).toList();
        if (!missing.isEmpty()) {
            throw new ModelException(
                    Reason.UNSUITABLE,
                    listing.repository() + " lacks " + String.join(", ", missing)
                            + " at its root; npuq runs models that were exported to OpenVINO with their tokenizer, such as"
                            + " those of huggingface.co/OpenVINO");
        }
        if (companion.isPresent() && lacked.isPresent()) {
            companion.get().files().stream()
                    .filter(file -> lacked.get().files().contains(file.path()) && !has(listing.files(), file.path()))
                    .forEach(files::add);
        }
        files.sort(Comparator.comparingLong(RemoteFile::bytes).reversed());
        return new Plan(
                name,
                listing.repository(),
                listing.commit(),
                List.copyOf(files),
                mark(listing) + companion.map(more -> " " + mark(more)).orElse(""));
    }

    RemoteFile file(String path) {
        return files.stream()
                .filter(file -> file.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private static boolean has(List<RemoteFile> files, String path) {
        return files.stream().anyMatch(file -> file.path().equals(path));
    }

    private static String mark(Listing listing) {
        return listing.repository() + "@" + listing.commit();
    }
}

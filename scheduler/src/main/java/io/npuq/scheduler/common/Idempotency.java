package io.npuq.scheduler.common;

import io.npuq.scheduler.Sender;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A client's key as the journal keeps it. The request is hashed under the key, which itself is kept only as a hash: so a request cannot be
 * guessed from the log by someone who does not have its key, and nothing has to be erased.
 */
public final class Idempotency {
    private static final String MAC = "HmacSHA256";

    private Idempotency() {}

    /** The key, and the request under it; empty where the client named no key. Keys of different clients are different. */
    public static Optional<Change.Idempotency> of(Sender sender, JobRequest request) {
        return sender.idempotencyKey().map(key -> {
            byte[] scoped = (sender.client() + "\n" + key).getBytes(StandardCharsets.UTF_8);
            return new Change.Idempotency(hex(Sha256.of(scoped)), hex(hmac(scoped, canonical(request))));
        });
    }

    /** Equal requests have equal bytes: records have their fields in order, and labels are sorted. */
    private static byte[] canonical(JobRequest request) {
        StoredInput text = StoredInput.from(request);
        return StoredText.write(new Canonical(
                request.kind(),
                request.maxNewTokens(),
                request.priority(),
                request.deadline().map(Duration::toMillis).orElse(null),
                request.device(),
                new StoredInput(
                        text.input(),
                        text.chosen(),
                        new TreeMap<>(text.metadata()),
                        text.mode(),
                        text.heldBackMs(),
                        text.format())));
    }

    private record Canonical(
            JobKind kind,
            int maxNewTokens,
            int priority,
            @Nullable Long deadlineMs,
            DevicePolicy device,
            StoredInput text) {}

    private static byte[] hmac(byte[] key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + MAC, e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}

package io.npuq.scheduler.common;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.schema.Json;
import java.io.IOException;

/** Texts as JSON. */
public final class StoredText {
    private StoredText() {}

    public static byte[] write(Object stored) {
        try {
            return Json.MAPPER.writeValueAsBytes(stored);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every stored text has a JSON form", e);
        }
    }

    public static <T> T read(byte[] bytes, Class<T> type) {
        try {
            return Json.MAPPER.readValue(bytes, type);
        } catch (IOException e) {
            throw new JournalDamagedException("a text of the journal cannot be read", e);
        }
    }
}

package io.npuq.scheduler.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.npuq.schema.Json;
import java.io.IOException;

/** Entries as lines of JSON. */
final class EntryCodec {
    private static final ObjectWriter WRITER = Json.MAPPER.writerFor(Entry.class);

    /** Lines come from {@link #write}, and their checksums have been checked: no key is there twice. */
    private static final ObjectReader READER =
            Json.MAPPER.readerFor(Entry.class).without(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

    private EntryCodec() {}

    static byte[] write(Entry entry) {
        try {
            return WRITER.writeValueAsBytes(entry);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every entry has a JSON form", e);
        }
    }

    /** Throws {@link JournalDamagedException} for bytes that are no entry. */
    static Entry read(byte[] line, Position at) {
        try {
            return READER.readValue(line);
        } catch (IOException e) {
            throw new JournalDamagedException("the journal's entry at " + at + " cannot be read", e);
        }
    }
}

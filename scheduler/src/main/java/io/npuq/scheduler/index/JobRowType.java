package io.npuq.scheduler.index;

import io.npuq.scheduler.journal.Position;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.TraceContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * How rows lie in the index's file: numbers of variable length, and 0 for what is not there. Enumerations are stored by ordinal: their
 * order is part of {@link JobIndex#VERSION}.
 */
@SuppressWarnings(
        "EnumOrdinal") // the index is built again when JobIndex.VERSION changes, and with it every stored number
final class JobRowType extends BasicDataType<JobRow> {
    static final JobRowType INSTANCE = new JobRowType();

    /** Roughly what a row and what it refers to take on the heap. */
    private static final int HEAP_BYTES = 400;

    @Override
    public int getMemory(JobRow row) {
        return HEAP_BYTES;
    }

    @Override
    public void write(WriteBuffer to, JobRow row) {
        to.putVarLong(row.seq());
        to.putVarLong(row.changed());
        to.putLong(row.id().highBits()).putLong(row.id().lowBits());
        to.put((byte) row.kind().ordinal());
        to.put((byte) row.state().ordinal());
        to.put((byte) row.priority());
        to.put((byte) row.device().ordinal());
        to.putVarInt(row.maxNewTokens());
        to.putVarInt(row.inputChars());
        to.putVarInt(row.promptTokens());
        to.put((byte) (row.tooLong() ? 1 : 0));
        to.putVarLong(row.inputAt());
        to.putVarInt(row.inputBytes());
        write(to, row.client());
        to.putVarLong(row.due());
        to.putVarLong(Moment.micros(row.createdAt()));
        write(to, row.notBefore());
        write(to, row.startedAt());
        write(to, row.finishedAt());
        write(to, row.deadlineAt());
        to.putVarInt(row.attempt());
        to.putVarInt(row.uncounted());
        to.putVarInt(row.losses());
        to.put((byte) row.lane().map(lane -> lane.ordinal() + 1).orElse(0).intValue());
        to.put((byte) (row.cancelAsked() ? 1 : 0));
        write(to, row.trace().map(TraceContext::header).orElse(""));
        to.putVarLong(row.submitted().packed());
        to.putVarLong(row.ended().map(Position::packed).orElse(0L));
    }

    @Override
    public JobRow read(ByteBuffer from) {
        return new JobRow(
                DataUtils.readVarLong(from),
                DataUtils.readVarLong(from),
                JobId.of(from.getLong(), from.getLong()),
                JobKind.values()[from.get()],
                JobState.values()[from.get()],
                from.get(),
                DevicePolicy.values()[from.get()],
                DataUtils.readVarInt(from),
                DataUtils.readVarInt(from),
                DataUtils.readVarInt(from),
                from.get() != 0,
                DataUtils.readVarLong(from),
                DataUtils.readVarInt(from),
                text(from),
                DataUtils.readVarLong(from),
                Moment.instant(DataUtils.readVarLong(from)),
                instant(from),
                instant(from),
                instant(from),
                instant(from),
                DataUtils.readVarInt(from),
                DataUtils.readVarInt(from),
                DataUtils.readVarInt(from),
                lane(from.get()),
                from.get() != 0,
                trace(text(from)),
                Position.unpack(DataUtils.readVarLong(from)),
                ended(DataUtils.readVarLong(from)));
    }

    @Override
    public JobRow[] createStorage(int size) {
        return new JobRow[size];
    }

    private static void write(WriteBuffer to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.putVarInt(bytes.length).put(bytes);
    }

    private static void write(WriteBuffer to, Optional<Instant> at) {
        to.putVarLong(at.map(Moment::micros).orElse(0L));
    }

    private static Optional<Instant> instant(ByteBuffer from) {
        long micros = DataUtils.readVarLong(from);
        return micros == 0 ? Optional.empty() : Optional.of(Moment.instant(micros));
    }

    private static Optional<TraceContext> trace(String header) {
        return header.isEmpty() ? Optional.empty() : TraceContext.of(header);
    }

    private static Optional<Lane> lane(int code) {
        return code == 0 ? Optional.empty() : Optional.of(Lane.values()[code - 1]);
    }

    private static Optional<Position> ended(long packed) {
        return packed == 0 ? Optional.empty() : Optional.of(Position.unpack(packed));
    }

    private static String text(ByteBuffer from) {
        byte[] bytes = new byte[DataUtils.readVarInt(from)];
        from.get(bytes);
        return bytes.length == 0 ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}

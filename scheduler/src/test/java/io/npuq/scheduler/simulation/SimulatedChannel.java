package io.npuq.scheduler.simulation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A channel of a {@link SimulatedDisk}: what the journal uses of one. */
final class SimulatedChannel extends FileChannel {
    private final SimulatedDisk disk;
    private final FileChannel real;

    SimulatedChannel(SimulatedDisk disk, FileChannel real) {
        this.disk = disk;
        this.real = real;
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
        disk.checkAlive();
        return real.read(into, at);
    }

    @Override
    public int write(ByteBuffer bytes, long at) throws IOException {
        return disk.write(real, bytes, at);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        disk.truncate(real, size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        disk.force();
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
    }

    @Override
    public int read(ByteBuffer into) {
        throw unused();
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw unused();
    }

    @Override
    public int write(ByteBuffer bytes) {
        throw unused();
    }

    @Override
    public long write(ByteBuffer[] bytes, int offset, int length) {
        throw unused();
    }

    @Override
    public long position() {
        throw unused();
    }

    @Override
    public FileChannel position(long at) {
        throw unused();
    }

    @Override
    public long transferTo(long at, long count, WritableByteChannel target) {
        throw unused();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) {
        throw unused();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long at, long length) {
        throw unused();
    }

    @Override
    public FileLock lock(long at, long length, boolean shared) {
        throw unused();
    }

    @Override
    public FileLock tryLock(long at, long length, boolean shared) {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("the journal reads and writes at positions only");
    }
}

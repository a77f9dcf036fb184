package dev.rote.data;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream that delivers nothing for some time, so that whoever reads it stops waiting. */
final class Stall implements AutoCloseable {
  private final Thread watch;
  private volatile long last = System.nanoTime();

  Stall(InputStream in, Duration patience) {
    watch = new Thread(() -> watch(in, patience), "download watch");
    watch.setDaemon(true);
    watch.start();
  }

  /** Says that something has arrived. */
  void progress() {
    last = System.nanoTime();
  }

  private void watch(InputStream in, Duration patience) {
    try {
      while (System.nanoTime() - last < patience.toNanos()) {
        Thread.sleep(Math.max(1, patience.toMillis() / 20));
      }
      in.close();
    } catch (InterruptedException | IOException e) {
      // the download is over
    }
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}

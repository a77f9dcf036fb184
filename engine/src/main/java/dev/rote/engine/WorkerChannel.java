package dev.rote.engine;

import dev.rote.run.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A connection between a study and one of its worker processes that carries messages as lines of
 * JSON. It is a socket of the loopback interface and not standard output, where native libraries
 * print.
 */
final class WorkerChannel implements Closeable {
  /** Environment variable that tells a worker where to connect: port and secret. */
  private static final String VARIABLE = "ROTE_WORKER_CHANNEL";

  private static final Duration POLL = Duration.ofMillis(500);

  private final Socket socket;
  private final BufferedReader reader;
  private final BufferedWriter writer;

  private WorkerChannel(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    reader =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    writer =
        new BufferedWriter(
            new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8));
  }

  /** Waits for one worker to connect. */
  static final class Door implements Closeable {
    private final ServerSocket server;
    private final String secret;

    /** Listens on a free port of the loopback interface. */
    Door() throws IOException {
      server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      byte[] random = new byte[16];
      new SecureRandom().nextBytes(random);
      secret = HexFormat.of().formatHex(random);
    }

    /** Tells the process that is about to start where to connect. */
    void announce(ProcessBuilder builder) {
      builder.environment().put(VARIABLE, server.getLocalPort() + ":" + secret);
    }

    /**
     * Waits until the process connects, and refuses connections that do not know the secret.
     *
     * @throws IOException if the process ends, or does not connect in time
     */
    WorkerChannel accept(Process process, Duration patience) throws IOException {
      long deadline = System.nanoTime() + patience.toNanos();
      while (process.isAlive() && System.nanoTime() < deadline) {
        server.setSoTimeout((int) POLL.toMillis());
        try {
          Socket socket = server.accept();
          socket.setSoTimeout((int) POLL.toMillis());
          WorkerChannel channel = new WorkerChannel(socket);
          if (secret.equals(channel.reader.readLine())) {
            return channel;
          }
          channel.close();
        } catch (SocketTimeoutException e) {
          // Looks again whether the process lives.
        }
      }
      throw new IOException(
          process.isAlive()
              ? "worker did not connect within " + patience.toSeconds() + " s"
              : "worker ended before it connected");
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  /** Connects a worker to the study that started it. */
  static WorkerChannel toStudy() throws IOException {
    String[] parts = System.getenv().getOrDefault(VARIABLE, "").split(":", 2);
    if (parts.length != 2) {
      throw new IOException(VARIABLE + " is not set: only a study can start a worker");
    }
    WorkerChannel channel =
        new WorkerChannel(new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(parts[0])));
    channel.writer.write(parts[1] + "\n");
    channel.writer.flush();
    return channel;
  }

  /** Makes {@link #receive} fail with a {@link SocketTimeoutException} after so long a silence. */
  void expectMessagesWithin(Duration silence) throws IOException {
    socket.setSoTimeout((int) silence.toMillis());
  }

  /** Sends a message; may be called from several threads. */
  synchronized void send(Object message) throws IOException {
    writer.write(Json.LINE.writeValueAsString(message));
    writer.write('\n');
    writer.flush();
  }

  /** Returns the next message, or empty when the other side has closed the connection. */
  <T> Optional<T> receive(Class<T> type) throws IOException {
    String line = reader.readLine();
    return line == null ? Optional.empty() : Optional.of(Json.LINE.readValue(line, type));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

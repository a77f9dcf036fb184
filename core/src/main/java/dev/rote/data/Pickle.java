package dev.rote.data;

import dev.rote.text.InputException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Reads the pickles that the Python releases of CIFAR-10 and CIFAR-100 are made of: a dictionary of
 * numbers, text, lists and NumPy arrays of bytes. Nothing in a pickle is ever run: the calls that
 * make a NumPy array are recognized, all others are refused.
 */
final class Pickle {
  private static final Set<String> KNOWN =
      Set.of(
          "numpy.core.multiarray _reconstruct",
          "numpy._core.multiarray _reconstruct",
          "numpy ndarray",
          "numpy dtype",
          "_codecs encode");

  private static final Object MARK = new Object();

  private final ByteBuffer in;
  private final String source;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  /** A class or function by its name. */
  private record Global(String name) {}

  /** No value, which a deque cannot hold. */
  private enum None {
    NONE
  }

  /**
   * An array of bytes.
   *
   * @param columns number of columns of its two dimensions
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Bytes(int columns, byte[] values) {}

  /** What a call makes, before its state is known. */
  private static final class Made {
    final Global of;
    final List<?> arguments;
    List<?> state = List.of();

    Made(Global of, List<?> arguments) {
      this.of = of;
      this.arguments = arguments;
    }
  }

  private Pickle(byte[] content, String source) {
    this.in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    this.source = source;
  }

  /**
   * Reads a dictionary. Values are {@link Long}, {@link String}, {@link Boolean}, {@link List} or
   * {@link Bytes}.
   *
   * @param source what an error calls the file
   * @throws InputException if the file is damaged or holds something else
   */
  static Map<String, Object> read(byte[] content, String source) {
    Pickle pickle = new Pickle(content, source);
    try {
      if (pickle.run() instanceof Map<?, ?> map) {
        Map<String, Object> values = new LinkedHashMap<>();
        map.forEach(
            (key, value) ->
                values.put(text(key), value instanceof Made made ? pickle.array(made) : value));
        return values;
      }
      throw pickle.damaged();
    } catch (BufferUnderflowException
        | NoSuchElementException
        | ClassCastException
        | IndexOutOfBoundsException
        | NegativeArraySizeException e) {
      InputException problem = pickle.damaged();
      problem.initCause(e);
      throw problem;
    }
  }

  private InputException damaged() {
    return new InputException(
        source + " is not a batch of CIFAR in its Python release, or damaged");
  }

  private Object run() {
    while (true) {
      int code = in.get() & 0xff;
      switch (code) {
        case 0x80 -> in.get(); // version
        case 0x95 -> in.getLong(); // frame
        case '.' -> {
          return stack.pop();
        }
        case '(' -> stack.push(MARK);
        case 'N' -> stack.push(None.NONE);
        case 0x88, 0x89 -> stack.push(code == 0x88);
        case 'K' -> stack.push((long) (in.get() & 0xff));
        case 'M' -> stack.push((long) (in.getShort() & 0xffff));
        case 'J' -> stack.push((long) in.getInt());
        case 0x8a -> stack.push(number(bytes(in.get() & 0xff)));
        case 'U', 'C' -> stack.push(bytes(in.get() & 0xff));
        case 'T', 'B' -> stack.push(bytes(in.getInt()));
        case 0x8e -> stack.push(bytes(Math.toIntExact(Math.min(in.getLong(), Integer.MAX_VALUE))));
        case 'X' -> stack.push(utf8(bytes(in.getInt())));
        case 0x8c -> stack.push(utf8(bytes(in.get() & 0xff)));
        case ']' -> stack.push(new ArrayList<>());
        case '}' -> stack.push(new LinkedHashMap<>());
        case ')' -> stack.push(List.of());
        case 't' -> stack.push(toMark());
        case 0x85 -> stack.push(List.of(stack.pop()));
        case 0x86, 0x87 -> {
          List<Object> items = new ArrayList<>();
          for (int i = 0; i < code - 0x84; i++) {
            items.add(0, stack.pop());
          }
          stack.push(items);
        }
        case 'a' -> {
          Object item = stack.pop();
          list(stack.peek()).add(item);
        }
        case 'e' -> {
          List<Object> items = toMark();
          list(stack.peek()).addAll(items);
        }
        case 's' -> {
          Object value = stack.pop();
          put(text(stack.pop()), value);
        }
        case 'u' -> {
          List<Object> items = toMark();
          for (int i = 0; i + 1 < items.size(); i += 2) {
            put(text(items.get(i)), items.get(i + 1));
          }
        }
        case 'q' -> memo.put(in.get() & 0xff, stack.peek());
        case 'r' -> memo.put(in.getInt(), stack.peek());
        case 0x94 -> memo.put(memo.size(), stack.peek());
        case 'h' -> stack.push(remembered(in.get() & 0xff));
        case 'j' -> stack.push(remembered(in.getInt()));
        case 'c' -> stack.push(global(line() + " " + line()));
        case 0x93 -> {
          String name = text(stack.pop());
          stack.push(global(text(stack.pop()) + " " + name));
        }
        case 'R' -> {
          List<Object> arguments = list(stack.pop());
          stack.push(call((Global) stack.pop(), arguments));
        }
        case 'b' -> {
          List<Object> state = list(stack.pop());
          ((Made) stack.peek()).state = state;
        }
        default -> throw damaged();
      }
    }
  }

  private Object call(Global function, List<Object> arguments) {
    // Python 3 writes bytes to old pickles as text in Latin-1
    return function.name().startsWith("_codecs")
        ? ((String) arguments.get(0)).getBytes(StandardCharsets.ISO_8859_1)
        : new Made(function, arguments);
  }

  private Global global(String name) {
    if (!KNOWN.contains(name)) {
      throw new InputException(
          "%s calls %s; only NumPy arrays of bytes are read from pickles"
              .formatted(source, name.replace(' ', '.')));
    }
    return new Global(name);
  }

  /** Returns the state of an array: version, shape, type, whether columns come first, bytes. */
  private Bytes array(Made made) {
    List<?> shape = (List<?>) made.state.get(1);
    Made type = (Made) made.state.get(2);
    byte[] values = (byte[]) made.state.get(4);
    if (!made.of.name().endsWith("_reconstruct")
        || shape.size() != 2
        || !text(type.arguments.get(0)).equals("u1")
        || !Boolean.FALSE.equals(made.state.get(3))
        || (long) shape.get(0) * (long) shape.get(1) != values.length) {
      throw new InputException(source + " holds no array of bytes [N,3072] in C order");
    }
    return new Bytes(Math.toIntExact((long) shape.get(1)), values);
  }

  private List<Object> toMark() {
    List<Object> items = new ArrayList<>();
    while (true) {
      Object item = stack.pop();
      if (item == MARK) {
        Collections.reverse(items);
        return items;
      }
      items.add(item);
    }
  }

  private Object remembered(int at) {
    Object value = memo.get(at);
    if (value == null) {
      throw damaged();
    }
    return value;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  @SuppressWarnings("unchecked")
  private void put(String key, Object value) {
    ((Map<String, Object>) stack.element()).put(key, value);
  }

  private byte[] bytes(int length) {
    if (length < 0 || length > in.remaining()) {
      throw damaged();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (char c = (char) in.get(); c != '\n'; c = (char) in.get()) {
      line.append(c);
    }
    return line.toString();
  }

  private static long number(byte[] littleEndian) {
    long value = 0;
    for (int i = littleEndian.length - 1; i >= 0; i--) {
      value = value << 8 | (littleEndian[i] & 0xff);
    }
    return value;
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns a byte string of Python 2 as text. */
  private static String text(Object value) {
    return value instanceof byte[] bytes ? utf8(bytes) : (String) value;
  }
}

package dev.rote.loss;

import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * A loss from a class on the class path, described by the class name and the numbers of its
 * constructor.
 */
final class UserLoss implements Loss {
  private final String className;
  private final List<Double> numbers;
  private final Loss loss;

  private UserLoss(String className, List<Double> numbers, Loss loss) {
    this.className = className;
    this.numbers = numbers;
    this.loss = loss;
  }

  /** Reads {@code class(com.example.MyLoss, 0.5)}. */
  static UserLoss read(Term term) {
    term.allow(Integer.MAX_VALUE);
    Term name = term.required("name", 0);
    List<Double> numbers =
        term.arguments().stream().skip(1).map(argument -> argument.value().number()).toList();
    return new UserLoss(name.name(), numbers, create(name, numbers));
  }

  /** Reads {@code com.example.MyLoss}. */
  static UserLoss named(Term term) {
    List<Double> numbers =
        term.arguments().stream().map(argument -> argument.value().number()).toList();
    return new UserLoss(term.name(), numbers, create(term, numbers));
  }

  private static Loss create(Term name, List<Double> numbers) {
    try {
      Class<?> type = Class.forName(name.name());
      Class<?>[] types = Collections.nCopies(numbers.size(), double.class).toArray(Class<?>[]::new);
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      if (constructor.newInstance(numbers.toArray()) instanceof Loss loss) {
        return loss;
      }
      throw name.error("class " + name.name() + " does not implement " + Loss.class.getName());
    } catch (ClassNotFoundException | LinkageError e) {
      throw name.error(
          "no class "
              + name.name()
              + " on the class path; name its jar or directory in ROTE_CLASSPATH");
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InputException refused) {
        throw refused;
      }
      throw name.error(name.name() + ": " + e.getCause());
    } catch (ReflectiveOperationException e) {
      throw name.error(
          "class "
              + name.name()
              + " is abstract or has no constructor of "
              + numbers.size()
              + " numbers");
    }
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    return loss.perSample(logits, labels);
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    return loss.perLabel(logits);
  }

  @Override
  public Tensor sumOverLabels(Tensor logits) {
    return loss.sumOverLabels(logits);
  }

  @Override
  public LossSpec spec() {
    return LossSpec.parse("class(" + quoted(className) + numbers() + ")");
  }

  /** Returns a class name as in a text form: that of a nested class has a $, which needs quotes. */
  static String quoted(String className) {
    return className.indexOf('$') < 0 ? className : "'" + className + "'";
  }

  /** Adds the SHA-256 of the class file, so that a changed loss is another loss. */
  @Override
  public String fingerprint() {
    return "class(" + className + numbers() + ", sha256:" + sha256() + ")";
  }

  private String numbers() {
    StringBuilder text = new StringBuilder();
    numbers.forEach(number -> text.append(", ").append(Term.format(number)));
    return text.toString();
  }

  private String sha256() {
    Class<?> type = loss.getClass();
    String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      byte[] content = in == null ? new byte[0] : in.readAllBytes();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (IOException e) {
      throw new InputException("cannot read class " + type.getName() + ": " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public boolean bounded() {
    return loss.bounded();
  }

  @Override
  public void requireClasses(int classes) {
    loss.requireClasses(classes);
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return loss.symmetryConstant(classes);
  }
}

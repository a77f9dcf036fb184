import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Draws a folder of images for the README's audit: circles and squares, one of each in the wrong
 * folder.
 */
public class Images {
  public static void main(String[] args) throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      boolean circle = i % 2 == 0;
      boolean wrong = i < 2;
      File folder = new File(args[0], circle != wrong ? "circle" : "square");
      folder.mkdirs();
      BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
      Graphics2D pen = image.createGraphics();
      pen.setColor(Color.getHSBColor(random.nextFloat(), 1, 1));
      int size = 14 + random.nextInt(8);
      int x = random.nextInt(32 - size);
      int y = random.nextInt(32 - size);
      if (circle) {
        pen.fillOval(x, y, size, size);
      } else {
        pen.fillRect(x, y, size, size);
      }
      ImageIO.write(image, "png", new File(folder, "image-%02d.png".formatted(i)));
    }
  }
}

using System.Globalization;
using System.Xml.Linq;

namespace Homer.Cli.Charts;

/// <summary>Creates elements of SVG pictures, whose colours are in chart.css.</summary>
internal static class Svg
{
    private static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    // Half the width of a marker; triangles and diamonds are larger, to look as large as circles and squares.
    private const double MarkerRadius = 3.6;

    /// <summary>Creates a picture with a description for screen readers.</summary>
    public static XElement Picture(double width, double height, string description, params object?[] content)
    {
        string box = $"0 0 {Number(width)} {Number(height)}";
        return Element("svg", ("class", "chart"), ("viewBox", box), ("role", "img"), ("aria-label", description)).With(content);
    }

    /// <summary>Creates an element with attributes; null values are left out, numbers are rounded to one decimal.</summary>
    public static XElement Element(string name, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        var element = new XElement(Namespace + name);
        foreach ((string attribute, object? value) in attributes)
        {
            if (value is not null)
                element.SetAttributeValue(attribute, value is double number ? Number(number) : value);
        }

        return element;
    }

    /// <summary>Adds content to an element and returns it.</summary>
    public static XElement With(this XElement element, params object?[] content)
    {
        element.Add(content);
        return element;
    }

    public static XElement Text(double x, double y, string text, string? kind = null, string? anchor = null) =>
        Element("text", ("x", x), ("y", y), ("class", kind), ("text-anchor", anchor)).With(text);

    public static XElement Line(double x1, double y1, double x2, double y2, string kind) =>
        Element("line", ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("class", kind));

    /// <summary>Creates the tooltip of an element.</summary>
    public static XElement Tip(string text) => new XElement(Namespace + "title").With(text);

    /// <summary>Creates the marker of a series; its shape tells series apart where colours do not.</summary>
    public static XElement Marker(SeriesStyle style, double x, double y)
    {
        (double m, double t) = (MarkerRadius, MarkerRadius * 1.3);
        string path = style.Shape switch
        {
            MarkerShape.Circle => $"M{Number(x - m)} {Number(y)}a{Number(m)} {Number(m)} 0 1 0 {Number(2 * m)} 0"
                + $"a{Number(m)} {Number(m)} 0 1 0 {Number(-2 * m)} 0z",
            MarkerShape.Square => $"M{Number(x - m)} {Number(y - m)}h{Number(2 * m)}v{Number(2 * m)}h{Number(-2 * m)}z",
            MarkerShape.Triangle => $"M{Number(x)} {Number(y - t)}l{Number(t)} {Number(1.8 * t)}h{Number(-2 * t)}z",
            _ => $"M{Number(x)} {Number(y - t)}l{Number(t)} {Number(t)}l{Number(-t)} {Number(t)}l{Number(-t)} {Number(-t)}z",
        };
        return Element("path", ("class", $"marker {style.ColorClass}{(style.IsHollow ? " hollow" : "")}"), ("d", path));
    }

    /// <summary>Returns an estimate of the width of a text, since fonts differ.</summary>
    public static double WidthOf(string text) => 7.4 * text.Length;

    public static string Number(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);
}

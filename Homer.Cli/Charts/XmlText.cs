using System.Xml;
using System.Xml.Linq;

namespace Homer.Cli.Charts;

/// <summary>Turns elements into text. What a log holds may have characters that XML does not.</summary>
internal static class XmlText
{
    private const char Replacement = '\uFFFD';

    /// <summary>Returns an element as text without added blanks; characters that XML cannot hold become U+FFFD.</summary>
    public static string Render(XElement element)
    {
        foreach (XText text in element.DescendantNodes().OfType<XText>().ToArray())
            text.Value = Clean(text.Value);
        foreach (XAttribute attribute in element.DescendantsAndSelf().Attributes().ToArray())
            attribute.Value = Clean(attribute.Value);
        return element.ToString(SaveOptions.DisableFormatting);
    }

    private static string Clean(string text)
    {
        char[] clean = text.ToCharArray();
        for (int i = 0; i < clean.Length; i++)
        {
            if (i + 1 < clean.Length && XmlConvert.IsXmlSurrogatePair(clean[i + 1], clean[i]))
                i++;
            else if (!XmlConvert.IsXmlChar(clean[i]))
                clean[i] = Replacement;
        }

        return new string(clean);
    }
}

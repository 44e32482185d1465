using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Contexts;

/// <summary>
/// A setting of a method that a user can give by name. The settings of a method are the numbers, switches, enums and texts among the
/// properties of a record; <c>first-layer=3</c> sets the property <c>FirstLayer</c>.
/// </summary>
/// <param name="Name">The name that users write.</param>
/// <param name="Description">The text of its property's <see cref="DescriptionAttribute"/>; empty without one.</param>
public sealed record MethodSetting(string Name, string Description)
{
    /// <summary>Returns the settings that a record holds.</summary>
    /// <typeparam name="T">The record.</typeparam>
    internal static IReadOnlyList<MethodSetting> Of<T>() =>
        [.. Properties<T>().Select(property => new MethodSetting(NameOf(property), DescriptionOf(property)))];

    /// <summary>Returns a record with some of its settings changed.</summary>
    /// <param name="method">The method that has these settings.</param>
    /// <param name="options">The record, which stays unchanged.</param>
    /// <param name="values">The values by name.</param>
    /// <exception cref="HomerException">There is no such setting, or a value cannot be read.</exception>
    internal static T Apply<T>(IContextMethod method, T options, IReadOnlyDictionary<string, string> values)
        where T : class, new()
    {
        RequireKnown(method, values);
        var changed = new T();
        foreach (PropertyInfo property in Properties<T>())
        {
            bool isGiven = values.TryGetValue(NameOf(property), out string? text);
            property.SetValue(changed, isGiven ? Parse(method, property, text!) : property.GetValue(options));
        }

        return changed;
    }

    /// <summary>Refuses names that are not settings of the method.</summary>
    internal static void RequireKnown(IContextMethod method, IReadOnlyDictionary<string, string> values)
    {
        string[] names = [.. method.Settings.Select(setting => setting.Name)];
        if (values.Keys.FirstOrDefault(key => !names.Contains(key)) is { } unknown)
        {
            string known = names.Length == 0 ? "none" : string.Join(", ", names);
            throw new HomerException($"{Quoted.Text(unknown)} is not a setting of {method.Name}, which has {known}.");
        }
    }

    /// <summary>Refuses settings of a method where one of some conditions does not hold; the message is that of the first.</summary>
    internal static void Require(string method, params ReadOnlySpan<(bool Condition, string Otherwise)> all)
    {
        foreach ((bool condition, string otherwise) in all)
        {
            if (!condition)
                throw new MethodSettingException($"Impossible settings of {method}: {otherwise}.");
        }
    }

    private static IEnumerable<PropertyInfo> Properties<T>() =>
        typeof(T).GetProperties().Where(property => property.CanWrite && IsSetting(TypeOf(property)));

    private static bool IsSetting(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string);

    private static Type TypeOf(PropertyInfo property) => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    private static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<MethodSettingNameAttribute>()?.Name ?? JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name);

    private static string DescriptionOf(PropertyInfo property) =>
        property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";

    private static object Parse(IContextMethod method, PropertyInfo property, string text)
    {
        Type type = TypeOf(property);
        try
        {
            return type.IsEnum ? ParseName(type, text)
                : type == typeof(double) ? ParseReal(text)
                : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            string wanted = type.IsEnum ? string.Join(" or ", Enum.GetNames(type)).ToLowerInvariant()
                : type == typeof(bool) ? "true or false" : type == typeof(int) ? "a whole number" : "a number";
            throw new HomerException($"{Quoted.Text(text)} cannot be the {NameOf(property)} of {method.Name}; give {wanted}.", e);
        }
    }

    // Convert would take commas for the thousands of a number: 0,7 would be 7.
    private static double ParseReal(string text) =>
        double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) is var number && double.IsFinite(number)
            ? number
            : throw new FormatException();

    // Enum.Parse would accept numbers, too.
    private static object ParseName(Type type, string text) =>
        Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse(type, name)
            : throw new FormatException();
}

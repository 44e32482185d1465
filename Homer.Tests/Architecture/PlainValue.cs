using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using Homer.Engine;
using Homer.Engine.Methods.Homer;
using Homer.Kernels.Elements;

namespace Homer.Tests.Architecture;

/// <summary>Values of any type that are not null, and nothing more: empty lists, zeros, and objects that no constructor has made.</summary>
internal static class PlainValue
{
    private static readonly Type[] Arguments =
        [typeof(float), typeof(int), typeof(Float32), typeof(HomerOptions), typeof(HomerEngine), typeof(Word128)];

    // Objects that no constructor has made must not be finalized either.
    private static readonly List<object> Made = [];

    /// <summary>Returns a value of a type.</summary>
    public static object? Of(Type type)
    {
        if (type.IsByRef || type.IsPointer || type.IsByRefLike || type.IsFunctionPointer)
            return null;
        if (type == typeof(string))
            return "text";
        if (type.IsArray)
            return Array.CreateInstance(type.GetElementType()!, 0);
        if (type.IsSubclassOf(typeof(Delegate)))
            return Delegate(type);
        if (type.IsInterface || type.IsAbstract)
            return Of(Implementation(type));
        if (type == typeof(Type))
            return typeof(int);
        object made = RuntimeHelpers.GetUninitializedObject(type);
        Made.Add(made);
        return made;
    }

    /// <summary>Returns a type with type arguments, if it needs any.</summary>
    public static Type Close(Type type) => type.IsGenericTypeDefinition
        ? Close(type, type.GetGenericArguments().Length, type.MakeGenericType)
        : type;

    /// <summary>Returns a method with type arguments, if it needs any.</summary>
    public static MethodInfo Close(MethodInfo method) => method.IsGenericMethodDefinition
        ? Close(method, method.GetGenericArguments().Length, method.MakeGenericMethod)
        : method;

    private static T Close<T>(MemberInfo open, int count, Func<Type[], T> make)
    {
        foreach (Type argument in Arguments)
        {
            try
            {
                return make([.. Enumerable.Repeat(argument, count)]);
            }
            catch (Exception e) when (e is ArgumentException or TypeLoadException)
            {
                // A constraint asks for another one.
            }
        }

        throw new InvalidOperationException($"No type argument of the list fits {open.DeclaringType}.{open.Name}.");
    }

    private static Type Implementation(Type type)
    {
        Type[] arguments = type.GenericTypeArguments;
        if (arguments.Length == 1 && type.IsAssignableFrom(arguments[0].MakeArrayType()))
            return arguments[0].MakeArrayType();
        if (arguments.Length == 1 && type.IsAssignableFrom(typeof(HashSet<>).MakeGenericType(arguments)))
            return typeof(HashSet<>).MakeGenericType(arguments);
        if (arguments.Length == 2 && type.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(arguments)))
            return typeof(Dictionary<,>).MakeGenericType(arguments);
        return AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly == type.Assembly || !assembly.IsDynamic)
            .OrderBy(assembly => assembly == type.Assembly ? 0 : 1).SelectMany(TypesOf)
            .First(found => !found.IsAbstract && !found.IsGenericTypeDefinition && type.IsAssignableFrom(found));
    }

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException)
        {
            return [];
        }
    }

    private static Delegate Delegate(Type type)
    {
        MethodInfo invoke = type.GetMethod("Invoke")!;
        ParameterExpression[] parameters = [.. invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType))];
        return Expression.Lambda(type, Expression.Default(invoke.ReturnType), parameters).Compile();
    }
}

using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Homer.Tests.Architecture;

/// <summary>
/// A call of a public method, constructor or setter with null for one parameter whose type is a reference that may not be null; the other
/// arguments are not null, and nothing more, since a method must not have looked at them.
/// </summary>
internal sealed class PublicCall
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly MethodBase method;
    private readonly ParameterInfo parameter;

    private PublicCall(MethodBase method, ParameterInfo parameter) => (this.method, this.parameter) = (method, parameter);

    /// <summary>Returns the calls of an assembly: of its public types, and of its other types by way of its public interfaces.</summary>
    public static IEnumerable<PublicCall> Of(Assembly assembly)
    {
        Type[] types = [.. assembly.GetTypes().Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)))];
        HashSet<Type> taken = Taken(types);
        foreach (Type type in types)
        {
            // A record that nothing takes is a result, which the library alone makes.
            if (!IsRecord(type) || taken.Contains(type))
            {
                foreach (PublicCall call in type.IsVisible ? Of(type) : OfInterfaces(type, assembly))
                    yield return call;
            }
        }
    }

    /// <summary>Returns the calls of a public type.</summary>
    public static IEnumerable<PublicCall> Of(Type type)
    {
        if (type.IsInterface || type.IsEnum || type.IsSubclassOf(typeof(Delegate)))
            return [];
        Type closed = PlainValue.Close(type);
        return closed.GetMethods(Declared).Where(method => !method.IsAbstract && method.GetParameters().Any(IsReference))
            .Select(PlainValue.Close)
            .Concat<MethodBase>(type.IsAbstract ? [] : closed.GetConstructors(Declared))
            .SelectMany(Of);
    }

    /// <summary>Makes the call, and returns what is wrong with its end; null if it ends as it should.</summary>
    public string? Complaint()
    {
        string name = $"{method.DeclaringType!.Name}.{(method.IsConstructor ? method.DeclaringType.Name : method.Name)}"
            + $"({string.Join(", ", method.GetParameters().Select(other => other.Name))}), {parameter.Name}: ";
        try
        {
            object?[] arguments =
                [.. method.GetParameters().Select(other => other == parameter ? null : PlainValue.Of(other.ParameterType))];
            object? target = method.IsStatic || method.IsConstructor ? null : PlainValue.Of(method.DeclaringType);
            Invoke(target, arguments);
            return name + "no exception";
        }
        catch (ArgumentNullException e) when (e.ParamName == parameter.Name)
        {
            return null;
        }
        catch (ArgumentNullException e)
        {
            return $"{name}ArgumentNullException of {e.ParamName}";
        }
        catch (Exception e)
        {
            return name + e.GetType().Name;
        }
    }

    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null;

    /// <summary>Returns the types that callers pass: to public methods of classes, or in records that are passed themselves.</summary>
    private static HashSet<Type> Taken(Type[] types)
    {
        HashSet<Type> taken = [];
        foreach (Type type in types.Where(type => type.IsVisible && !IsRecord(type) && !type.IsSubclassOf(typeof(Delegate))))
            AddParameters(type);
        return taken;

        void AddParameters(Type type)
        {
            foreach (MethodBase method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)))
            {
                foreach (ParameterInfo parameter in method.GetParameters().Where(parameter => !parameter.IsOut))
                    Add(parameter.ParameterType);
            }
        }

        void Add(Type type)
        {
            foreach (Type argument in type.GetGenericArguments())
                Add(argument);
            if (type.HasElementType)
                Add(type.GetElementType()!);
            else if (types.Contains(type) && taken.Add(type) && IsRecord(type))
                AddParameters(type);
        }
    }

    private static IEnumerable<PublicCall> Of(MethodBase method)
    {
        var nullability = new NullabilityInfoContext();
        // What the compiler writes for records (==, Equals, the copy) takes null or is no business of callers.
        return method.IsDefined(typeof(CompilerGeneratedAttribute)) && !method.IsSpecialName && !method.IsConstructor
            ? []
            : method.GetParameters().Where(IsReference)
                .Where(parameter => nullability.Create(parameter).WriteState == NullabilityState.NotNull)
                .Select(parameter => new PublicCall(method, parameter));
    }

    private static bool IsReference(ParameterInfo parameter) =>
        parameter.ParameterType is { IsByRef: false, IsValueType: false, IsPointer: false, IsGenericParameter: false };

    private static IEnumerable<PublicCall> OfInterfaces(Type type, Assembly assembly)
    {
        if (type.IsInterface || type.IsAbstract || type.IsGenericTypeDefinition || typeof(Attribute).IsAssignableFrom(type))
            return [];
        return type.GetInterfaces().Where(face => face.IsVisible && face.Assembly == assembly && !face.IsGenericType)
            .SelectMany(face => type.GetInterfaceMap(face).TargetMethods)
            .Where(method => !method.IsStatic && !method.IsAbstract && method.DeclaringType is { IsInterface: false, IsVisible: false }
                && !method.IsGenericMethodDefinition)
            .SelectMany(Of);
    }

    // Reflection does not pass spans and pointers, which are empty here.
    private void Invoke(object? target, object?[] arguments)
    {
        var call = new DynamicMethod(
            "call", typeof(void), [typeof(object), typeof(object[])], typeof(PublicCall).Module, skipVisibility: true);
        ILGenerator il = call.GetILGenerator();
        if (target is not null)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(method.DeclaringType!.IsValueType ? OpCodes.Unbox : OpCodes.Castclass, method.DeclaringType);
        }

        foreach ((int index, ParameterInfo each) in method.GetParameters().Index())
        {
            Type type = each.ParameterType;
            Type held = type.IsByRef ? type.GetElementType()! : type;
            if (type.IsByRef || held.IsByRefLike || held.IsPointer || held.IsFunctionPointer)
            {
                LocalBuilder local = il.DeclareLocal(held);
                il.Emit(OpCodes.Ldloca, local);
                if (held.IsValueType)
                    il.Emit(OpCodes.Initobj, held);
                else
                    il.Emit(OpCodes.Pop);
                il.Emit(type.IsByRef ? OpCodes.Ldloca : OpCodes.Ldloc, local);
                continue;
            }

            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldc_I4, index);
            il.Emit(OpCodes.Ldelem_Ref);
            il.Emit(OpCodes.Unbox_Any, type);
        }

        if (method is ConstructorInfo constructor)
        {
            il.Emit(OpCodes.Newobj, constructor);
            il.Emit(OpCodes.Pop);
        }
        else
        {
            il.Emit(method.IsStatic ? OpCodes.Call : OpCodes.Callvirt, (MethodInfo)method);
            if (((MethodInfo)method).ReturnType != typeof(void))
                il.Emit(OpCodes.Pop);
        }

        il.Emit(OpCodes.Ret);
        call.CreateDelegate<Action<object?, object?[]>>()(target, arguments);
    }
}
